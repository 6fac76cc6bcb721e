-- What was proved to be somebody's whose username is another's public id, or the other
-- way round, may rest on that string, which names nobody now: it is looked at anew.

UPDATE look SET due_at = flattr_clock()
FROM shared_name s
WHERE look.person_id IN (s.named_id, s.numbered_id)
   OR EXISTS (SELECT FROM proof p WHERE p.thing_id = look.thing_id AND p.lost_at IS NULL
              AND p.person_id IN (s.named_id, s.numbered_id));
