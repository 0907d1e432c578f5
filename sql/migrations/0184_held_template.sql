-- A template that may still be undone: {"row": what goes out, "data": what stands beside its words, "form": what was filled in}.
ALTER TABLE held_message ADD template jsonb;
