"""The rules of e-invoicing as data: official id, context, test on the tree, wording in nl and en."""
