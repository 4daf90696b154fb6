Alias: $sct = http://snomed.info/sct
// a comment
ValueSet: SomeFindings
Id: some-findings
Title: "Some findings"
Description: """over
two lines with a * $sct#1 "trap" """
* ^version = "1.1.0"
* ^copyright = "See [CC BY](https://creativecommons.org/licenses/by/4.0/legalcode)"
* ^expansion.parameter.valueUri = "http://snomed.info/sct/version/20220731"
* ^expansion.contains[0].system = "http://snomed.info/sct"
* ^expansion.contains[=].code = #76069003
* ^expansion.contains[=].display = "Spasm \"sudden\""
* ^expansion.contains[+].system = "http://snomed.info/sct"
* ^expansion.contains[=].code = #76069004
* ^expansion.contains[=].display = "Wrong check digit"
* ^expansion.contains[+].system = "http://snomed.info/sct"
* ^expansion.contains[=].code = #39579001
* ^expansion.contains[=].display = "Anaphylaxis"
* ^expansion.contains[=].inactive = true
* ^expansion.contains[=].version = "x"
* include codes from system http://snomed.info/sct
/* a longer
   comment */

* $sct#4386001 "Bronchospasm (finding)"
* SNOMED_CT#9826008 "Conjunctivitis (disorder)"
* http://snomed.info/sct|20220731#41291007 "Angioedema"
* $sct#1.56E+16 "damaged"
* $sct#43116000

CodeSystem: Kinds
* ^url = "http://example.org/kinds"
* #cramp "Cramp" "A painful contraction."
* #cramp #night "Night cramp"

Instance: x
* code = #y
