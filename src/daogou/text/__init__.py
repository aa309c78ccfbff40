"""Words, units and the bilingual thesaurus: what everyone who reads text shares."""
