"""Which domains say where somebody works (rules 1.2)."""

import pytest

from omloop.environments.mail_domains import SHARED, domain_of, is_shared, name_from, private_domain_of


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "outlook.com",
        "hotmail.com",
        "live.nl",
        "icloud.com",
        "ziggo.nl",
        "kpnmail.nl",
        "planet.nl",
        "xs4all.nl",
    ],
)
def test_domains_of_everybody_are_shared_and_so_is_what_lies_below(domain: str) -> None:
    assert is_shared(domain)
    assert is_shared(f"klant.{domain}")
    assert private_domain_of(f"eva@{domain}") == ""


def test_a_domain_that_only_ends_alike_is_private() -> None:
    assert private_domain_of("eva@mijngmail.com") == "mijngmail.com"
    assert private_domain_of("eva@gmail.com.example") == "gmail.com.example"


def test_a_subdomain_of_a_company_is_a_domain_of_its_own() -> None:
    assert private_domain_of("eva@werf.noordgroep.example") == "werf.noordgroep.example"


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("Eva@NoordGroep.Example", "noordgroep.example"),
        ("eva@noordgroep.example.", "noordgroep.example"),
        ("eva@café.example", "xn--caf-dma.example"),
        ("eva@XN--CAF-DMA.example", "xn--caf-dma.example"),
        (f"eva@{'x' * 70}.example", f"{'x' * 70}.example"),
    ],
)
def test_one_domain_has_one_spelling(address: str, domain: str) -> None:
    assert domain_of(address) == domain


def test_a_name_is_proposed_from_the_domain() -> None:
    assert name_from("de-boer-groep.nl") == "De Boer Groep"
    assert name_from("") == ""


def test_the_list_is_written_as_it_is_compared() -> None:
    assert {domain_of(f"x@{each}") for each in SHARED} == SHARED
