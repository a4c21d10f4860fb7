"""Which invoices are somebody's: what waits for him, what will, and what could come back to him (rules 5.2).

Part of the one statement that judges a transfer; who runs it has shown the confidential ones to the system.
"""

from omloop.circulation.models import Step

OVER = ", ".join(f"'{reason}'" for reason in Step.OVER)
"""Of steps that are over for good; others that ended did so when the invoice was rejected."""
SHARE = """CASE WHEN s.per_line THEN coalesce((
    SELECT sum(l.net) FROM circulation_stepline sl JOIN coding_codingline l ON l.id = sl.line_id
    WHERE sl.organisation_id = s.organisation_id AND sl.step_id = s.id AND l.ended_at IS NULL), 0) END"""
"""What the lines of a part are together (rules 3.8); NULL: it is about the whole invoice."""
HELD = f"""
    SELECT t.organisation_id, t.invoice_id, t.id AS task_id, t.step_id, NULL::uuid AS question_id, s.action,
           CASE WHEN t.holder_id = %(person)s AND t.fallback <> '' THEN 'circulate' ELSE s.action END
           AS needs, s.origin, 1 AS nearness,
           s.person_id IS NOT DISTINCT FROM %(person)s AS is_named, {SHARE} AS net
    FROM circulation_assignment t JOIN circulation_step s ON s.id = t.step_id
    WHERE t.organisation_id = ANY (%(places)s) AND t.ended_at IS NULL AND """  # noqa: S608 - of constants
"""Whose invoice is this? Who took that question is asked to name somebody, not to decide (rules 3.1)."""
STILL_HIS = """NOT EXISTS (
        SELECT FROM transfers_item it JOIN transfers_transfer tr ON tr.id = it.transfer_id
        WHERE it.invoice_id = {invoice} AND it.undone_at IS NULL AND tr.person_id = %(person)s
          AND NOT EXISTS (SELECT FROM transfers_item back WHERE back.invoice_id = it.invoice_id
                          AND back.to_id = %(person)s AND back.undone_at IS NULL AND back.id > it.id))"""
"""Nobody stands in his place there by an earlier transfer, or it came back to him since."""
STANDING = "d.action IN ('check', 'approve', 'code') AND d.withdrawn_at IS NULL"
PAST = f"SELECT s.organisation_id, s.invoice_id, s.id AS step_id, s.action, s.origin, {SHARE} AS net"
HIS = f"""
held AS (
    {HELD} t.holder_id = %(person)s
    UNION ALL {HELD} t.for_person_id = %(person)s AND t.holder_id IS DISTINCT FROM %(person)s
    UNION ALL {HELD} s.person_id = %(person)s AND s.state = 'open' AND t.holder_id IS DISTINCT FROM %(person)s
        AND t.for_person_id IS DISTINCT FROM %(person)s
),
replaced AS (
    SELECT it.organisation_id, it.invoice_id, tr.person_id
    FROM transfers_item it JOIN transfers_transfer tr ON tr.id = it.transfer_id
    WHERE it.organisation_id = ANY (%(places)s) AND it.to_id = %(person)s AND it.invoice_id IS NOT NULL
      AND it.undone_at IS NULL
    UNION
    SELECT it.organisation_id, it.invoice_id, tr.person_id
    FROM replaced JOIN transfers_item it ON it.invoice_id = replaced.invoice_id
     AND it.to_id = replaced.person_id AND it.undone_at IS NULL
    JOIN transfers_transfer tr ON tr.id = it.transfer_id
),
asked AS (
    SELECT c.organisation_id, c.invoice_id, c.id, i.state FROM circulation_consultation c
    JOIN circulation_step s ON s.id = c.step_id JOIN invoices_invoice i ON i.id = c.invoice_id
    WHERE c.organisation_id = ANY (%(places)s) AND c.person_id = %(person)s AND c.answered_at IS NULL
      AND c.recalled_at IS NULL AND (c.kind = 'information' OR s.state IN ('waiting', 'open'))
),
coming AS (
    SELECT s.organisation_id, s.invoice_id, s.id AS step_id, s.action, s.origin, true AS is_named,
           {SHARE} AS net
    FROM circulation_step s
    WHERE s.organisation_id = ANY (%(places)s) AND s.person_id = %(person)s AND s.state = 'waiting'
    UNION ALL
    SELECT s.organisation_id, s.invoice_id, s.id, s.action, s.origin, false, sum(l.net)
    FROM circulation_step s JOIN coding_codingline l ON l.invoice_id = s.invoice_id AND l.ended_at IS NULL
    LEFT JOIN coding_costunit u ON u.id = l.cost_unit_id
    LEFT JOIN coding_costcentre o ON o.id = l.cost_centre_id
    WHERE s.organisation_id = ANY (%(places)s) AND s.per_line AND s.state = 'waiting'
      AND s.person_id IS NULL AND s.group_id IS NULL
      AND (coalesce(u.owner_id, o.owner_id) = %(person)s AND {STILL_HIS.format(invoice="s.invoice_id")}
           OR (s.invoice_id, coalesce(u.owner_id, o.owner_id)) IN (
               SELECT invoice_id, person_id FROM replaced))
    GROUP BY s.organisation_id, s.id
),
others AS (
    SELECT DISTINCT t.invoice_id FROM circulation_assignment t
    WHERE t.organisation_id = ANY (%(places)s) AND t.ended_at IS NULL
      AND t.holder_id IS DISTINCT FROM %(person)s AND t.for_person_id IS DISTINCT FROM %(person)s
),
past AS (
    {PAST} FROM circulation_decision d JOIN circulation_step s ON s.id = d.step_id
    WHERE d.organisation_id = ANY (%(places)s) AND {STANDING}
      AND (d.person_id = %(person)s OR d.for_person_id = %(person)s)
    UNION
    {PAST} FROM circulation_step s
    WHERE s.organisation_id = ANY (%(places)s) AND s.person_id = %(person)s
      AND (s.state = 'done' OR s.state = 'ended' AND s.reason NOT IN ({OVER}))
    UNION
    SELECT r.organisation_id, r.invoice_id, s.id, coalesce(s.action, 'check'), coalesce(s.origin, 'return'),
           {SHARE}
    FROM replaced r
    LEFT JOIN (circulation_decision d JOIN circulation_step s ON s.id = d.step_id AND {STANDING})
      ON d.invoice_id = r.invoice_id AND r.person_id IN (d.person_id, d.for_person_id, s.person_id)
),
could AS (
    SELECT past.*, i.state FROM past JOIN invoices_invoice i ON i.id = past.invoice_id
    WHERE (i.state = 'approved' AND i.booked_at IS NULL OR i.state = 'rejected'
           OR i.state = 'circulating' AND past.invoice_id IN (SELECT invoice_id FROM others))
      AND {STILL_HIS.format(invoice="past.invoice_id")}
),
asks AS (
    SELECT * FROM held
    UNION ALL SELECT organisation_id, invoice_id, NULL, NULL, id, '', 'look', '',
                     CASE state WHEN 'approved' THEN 5 ELSE 2 END, false, NULL FROM asked
    UNION ALL SELECT organisation_id, invoice_id, NULL, step_id, NULL, action, action, origin, 3,
                     is_named, net FROM coming
    UNION ALL SELECT organisation_id, invoice_id, NULL, step_id, NULL, action, action, origin,
                     CASE state WHEN 'approved' THEN 5 ELSE 4 END, false, net FROM could
)"""  # noqa: S608 - put together from constants
"""What waits for him, also while a substitute or the fallback is asked instead; on what his advice is asked;
what will come, by name or by his cost centres; and what could, for he decided on it, somebody did for him, or
he stands in the place of one who did: also of what is approved and not fully booked, and of what is rejected,
which asks him again when that is withdrawn."""

MINE = """
mine AS (
    SELECT m.*, i.confidential, i.kind,
           CASE WHEN m.approves_whole OR coalesce(i.without_vat, 0) = 0 THEN i.compared_amount
                ELSE abs(i.compared_amount * m.net / i.without_vat) END AS amount
    FROM (
        SELECT organisation_id, invoice_id, array_agg(needs) AS needs, bool_or(needs = 'approve') AS approves,
               bool_or(needs = 'approve' AND net IS NULL) AS approves_whole,
               max(abs(net)) FILTER (WHERE needs = 'approve') AS net,
               bool_or(needs = 'check' AND origin <> 'return') AS is_asked_to_check,
               array_remove(array_agg(step_id), NULL) AS his_steps,
               coalesce(array_agg(step_id) FILTER (WHERE is_named), '{{}}') AS named_steps,
               array_remove(array_agg(task_id), NULL) AS his_tasks, min(nearness) = 1 AS is_open,
               array_remove(array_agg(question_id), NULL) AS his_questions,
               CASE min(nearness) WHEN 1 THEN min(action) FILTER (WHERE nearness = 1) WHEN 2 THEN 'asked'
                                  WHEN 3 THEN 'later' WHEN 4 THEN 'decided' ELSE 'approved' END AS phase
        FROM asks GROUP BY organisation_id, invoice_id) m
    JOIN invoices_invoice i ON i.id = m.invoice_id AND i.state IN ('circulating', 'rejected', 'approved')
         AND (i.state = 'approved') = (m.phase = 'approved') AND i.booked_at IS NULL
    WHERE {where}
)"""
