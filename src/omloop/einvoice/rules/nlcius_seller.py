"""SI-UBL 2.0.3.13: to which documents its rules apply."""

from typing import Final

from omloop.einvoice.rules.countries import SELLER, both, is_at
from omloop.einvoice.rules.tree import Node
from omloop.einvoice.rules.xpath import the_normal

GACCOUNT_SPECIFICATION: Final = "#conformant#urn:fdc:nen.nl:gaccount:v1.0"


def is_nlcius(node: Node) -> bool:
    """The document names NLCIUS or its G-account extension."""
    named = the_normal(node.tree.root, "cbc:CustomizationID")
    return "#compliant#urn:fdc:nen.nl:nlcius:v1.0" in named or GACCOUNT_SPECIFICATION in named


IS_DUTCH = both(is_at("NL", SELLER), is_nlcius)
