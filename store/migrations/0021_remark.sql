-- What a picture's file holds beyond what is shown. It is of the part and not of the medium: a film's first frame and
-- the same picture alone are one medium, and only one of the two has more to it. Null where nobody looked, or where
-- there was nothing to say.
alter table part add column remarks text
    constraint part_remarks check (json_valid(remarks) and json_type(remarks) = 'array');
