"""The rules of e-invoicing as data: official id, context, test on the element tree, wording in two languages."""
