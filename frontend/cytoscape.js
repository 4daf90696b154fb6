// The graph of the explorer and of answers: Cytoscape with its layout fcose, which is made known to it here.
import cytoscape from "cytoscape";
import fcose from "cytoscape-fcose";

cytoscape.use(fcose);

export { cytoscape, fcose };
export default cytoscape;
