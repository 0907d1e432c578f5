-- What the provider says of a template, from whichever side and in whichever order it comes.

-- By the provider's word; NULL: none of ours.
CREATE OR REPLACE FUNCTION template_code(p_list text, p_word text) RETURNS smallint LANGUAGE sql STABLE AS $$
	SELECT value FROM code WHERE list = p_list AND name = CASE lower(p_word) WHEN 'reinstated' THEN 'approved'
		WHEN 'unpaused' THEN 'approved' ELSE lower(p_word) END
$$;

-- A pause is of three hours, the next of six; the third is for ever (the provider says which in its title, not always).
CREATE OR REPLACE FUNCTION template_pause_end(p_template bigint, p_title text, p_at timestamptz) RETURNS timestamptz
	LANGUAGE sql STABLE AS $$
	SELECT p_at + CASE WHEN p_title ~* 'second' OR (coalesce(p_title, '') !~* 'first' AND EXISTS (SELECT FROM template_change
		WHERE template_id = p_template AND what = 'state' AND after = 'paused' AND at > p_at - interval '7 days'
			AND at < p_at)) THEN interval '6 hours' ELSE interval '3 hours' END
$$;

-- One event of a webhook: p_field as the provider calls it, p_event its word. Gives whether the list is wanted: of what
-- is not known here, and where an event tells less than the list.
CREATE OR REPLACE FUNCTION template_told(p_business text, p_name text, p_language text, p_provider text, p_field text,
	p_event text, p_detail jsonb, p_at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	t template;
	v_code smallint;
BEGIN
	PERFORM FROM template_account WHERE business = p_business FOR NO KEY UPDATE;
	SELECT * INTO t FROM template WHERE business = p_business AND name = p_name AND language = p_language AND state <> 12;
	IF NOT FOUND THEN
		RETURN true;
	END IF;
	CASE p_field
	WHEN 'message_template_status_update' THEN
		v_code := template_code('template_state', p_event);
		IF p_at >= coalesce(t.state_at, '-infinity') AND v_code IS NOT NULL THEN
			UPDATE template SET state = v_code, state_at = p_at, provider_id = coalesce(p_provider, provider_id),
				reason = nullif(left(p_detail->>'reason', 100), 'NONE'),
				advice = left(coalesce(p_detail->>'advice', p_detail->>'description'), 1000),
				paused_until = CASE WHEN v_code = 6 THEN template_pause_end(template_id, p_detail->>'title', p_at) END
			WHERE template_id = t.template_id;
		END IF;
		RETURN v_code IS NULL;
	WHEN 'message_template_quality_update' THEN
		v_code := template_code('template_quality', p_event);
		IF p_at >= coalesce(t.quality_at, '-infinity') AND v_code IS NOT NULL THEN
			UPDATE template SET quality = v_code, quality_at = p_at WHERE template_id = t.template_id;
		END IF;
		RETURN v_code IS NULL;
	WHEN 'template_category_update' THEN
		v_code := template_code('template_category', p_event);
		IF p_at >= coalesce(t.category_at, '-infinity') AND v_code IS NOT NULL THEN
			UPDATE template SET category = v_code, category_at = p_at,
				previous_category = CASE WHEN v_code = category THEN previous_category ELSE category END,
				next_category = nullif(template_code('template_category', p_detail->>'correct_category'), v_code)
			WHERE template_id = t.template_id;
		END IF;
		RETURN v_code IS NULL;
	ELSE
		RETURN true;
	END CASE;
END $$;

-- A page of an account's list, asked for at p_at; p_run: when its first page was; p_last: there are no more, so that what
-- was in none of them is gone.
CREATE OR REPLACE FUNCTION template_listed(p_business text, p_items jsonb, p_at timestamptz, p_run timestamptz, p_last boolean)
	RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	-- Events are dated to the second, and one of the same second may be newer than the list.
	p_at := date_trunc('second', p_at);
	PERFORM FROM template_account WHERE business = p_business FOR NO KEY UPDATE;
	INSERT INTO template AS t (business, name, language, category, previous_category, state, quality, state_at,
		category_at, quality_at, reason, format, components, provider_id, listed_at, paused_until)
	SELECT DISTINCT ON (x.name, x.language) p_business, x.name, x.language, coalesce(template_code('template_category',
		x.category), 1), template_code('template_category', x.previous_category), coalesce(template_code('template_state',
		x.status), 1), coalesce(template_code('template_quality', x.quality_score->>'score'), 0), p_at, p_at, p_at,
		nullif(left(x.rejected_reason, 100), 'NONE'), CASE upper(x.parameter_format) WHEN 'NAMED' THEN 'NAMED' ELSE 'POSITIONAL' END,
		CASE jsonb_typeof(x.components) WHEN 'array' THEN x.components ELSE '[]' END, x.id, p_run,
		CASE WHEN x.status = 'PAUSED' THEN p_at + interval '3 hours' END
	FROM jsonb_to_recordset(jsonb_path_query_array(p_items, '$[*] ? (@.type() == "object")')) x (id text, name text, language text, category text, previous_category text,
		status text, quality_score jsonb, rejected_reason text, parameter_format text, components jsonb)
	WHERE x.name ~ '^[a-z0-9_]+$' AND length(x.name) <= 512 AND length(x.language) BETWEEN 2 AND 15 AND coalesce(x.status, '') <> 'DELETED'
	ORDER BY x.name, x.language
	ON CONFLICT (business, name, language) WHERE state <> 12 DO UPDATE SET
		state = CASE WHEN p_at > coalesce(t.state_at, '-infinity') THEN excluded.state ELSE t.state END,
		state_at = CASE WHEN p_at > coalesce(t.state_at, '-infinity') AND t.state <> excluded.state THEN p_at ELSE t.state_at END,
		reason = CASE WHEN p_at > coalesce(t.state_at, '-infinity') THEN CASE WHEN t.state = excluded.state
			THEN coalesce(excluded.reason, t.reason) ELSE excluded.reason END ELSE t.reason END,
		advice = CASE WHEN p_at > coalesce(t.state_at, '-infinity') AND t.state <> excluded.state THEN NULL ELSE t.advice END,
		paused_until = CASE WHEN p_at <= coalesce(t.state_at, '-infinity') THEN t.paused_until WHEN excluded.state = 6
			THEN coalesce(CASE WHEN t.state = 6 THEN t.paused_until END, template_pause_end(t.template_id, NULL, p_at)) END,
		category = CASE WHEN p_at > coalesce(t.category_at, '-infinity') THEN excluded.category ELSE t.category END,
		previous_category = CASE WHEN p_at > coalesce(t.category_at, '-infinity')
			THEN coalesce(excluded.previous_category, CASE WHEN t.category <> excluded.category THEN t.category ELSE t.previous_category END)
			ELSE t.previous_category END,
		next_category = CASE WHEN t.next_category = excluded.category THEN NULL ELSE t.next_category END,
		quality = CASE WHEN p_at > coalesce(t.quality_at, '-infinity') THEN excluded.quality ELSE t.quality END,
		format = excluded.format, components = excluded.components, provider_id = coalesce(excluded.provider_id, t.provider_id),
		listed_at = excluded.listed_at;
	IF p_last THEN
		UPDATE template SET state = 12, state_at = p_at WHERE business = p_business AND state NOT IN (0, 12)
			AND listed_at < p_run AND coalesce(submitted_at, '-infinity') < p_run AND call_id IS NULL;
		UPDATE template_account SET listed_at = p_run, error = NULL, error_at = NULL WHERE business = p_business;
	END IF;
EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
	-- What goes out to people waits in the same transaction.
	UPDATE template_account SET error = 'a list that cannot be understood', error_at = now() WHERE business = p_business;
END $$;

-- The provider took what was submitted: what was a draft is what it has now. p_item: {"id", "status", "category"} as far as
-- it tells; p_at: when it was asked.
CREATE OR REPLACE FUNCTION template_taken(p_call bigint, p_item jsonb, p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_business text;
	v_state smallint := coalesce(template_code('template_state', p_item->>'status'), 1);
BEGIN
	p_at := date_trunc('second', p_at);
	SELECT business INTO v_business FROM template WHERE call_id = p_call;
	PERFORM FROM template_account WHERE business = v_business FOR NO KEY UPDATE;
	UPDATE template SET call_id = NULL, call_at = NULL, call_kind = NULL, call_error = NULL,
		provider_id = coalesce(p_item->>'id', provider_id),
		category = coalesce(template_code('template_category', p_item->>'category'),
			template_code('template_category', draft->>'category'), category),
		format = coalesce(draft->>'format', format), components = coalesce(draft->'components', components),
		draft = NULL, draft_file_id = NULL, draft_file_name = NULL,
		state = CASE WHEN p_at >= coalesce(state_at, '-infinity') THEN v_state ELSE state END,
		reason = CASE WHEN p_at >= coalesce(state_at, '-infinity') THEN NULL ELSE reason END,
		advice = CASE WHEN p_at >= coalesce(state_at, '-infinity') THEN NULL ELSE advice END,
		paused_until = CASE WHEN p_at >= coalesce(state_at, '-infinity') THEN NULL ELSE paused_until END,
		state_at = greatest(p_at, state_at), category_at = greatest(p_at, category_at),
		revision = revision + 1
	WHERE call_id = p_call;
END $$;

-- Each change is kept, and whoever manages templates is told of what costs money or stops something.
CREATE OR REPLACE FUNCTION template_keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	v_old text := (SELECT name FROM code WHERE list = 'template_state' AND value = OLD.state);
	v_new text := (SELECT name FROM code WHERE list = 'template_state' AND value = NEW.state);
	v_category text := (SELECT name FROM code WHERE list = 'template_category' AND value = NEW.category);
BEGIN
	IF NEW.state <> coalesce(OLD.state, -1) THEN
		INSERT INTO template_change (template_id, at, what, before, after, reason, advice)
		VALUES (NEW.template_id, coalesce(NEW.state_at, now()), 'state', v_old, v_new, NEW.reason, NEW.advice);
	END IF;
	IF TG_OP = 'INSERT' THEN
		RETURN NULL;
	END IF;
	IF NEW.state <> OLD.state AND v_new IN ('rejected', 'paused', 'disabled') THEN
		PERFORM notice_template(NEW.template_id, 'template_' || v_new, NEW.reason);
	END IF;
	IF NEW.quality <> OLD.quality THEN
		INSERT INTO template_change (template_id, at, what, before, after)
		SELECT NEW.template_id, coalesce(NEW.quality_at, now()), 'quality', o.name, n.name FROM code o, code n
		WHERE o.list = 'template_quality' AND o.value = OLD.quality AND n.list = 'template_quality' AND n.value = NEW.quality;
	END IF;
	IF NEW.category <> OLD.category AND NEW.state <> 0 THEN
		INSERT INTO template_change (template_id, at, what, before, after)
		SELECT NEW.template_id, coalesce(NEW.category_at, now()), 'category', o.name, v_category FROM code o
		WHERE o.list = 'template_category' AND o.value = OLD.category;
		IF OLD.call_id IS NULL OR lower(OLD.draft->>'category') <> v_category THEN
			PERFORM notice_template(NEW.template_id, 'template_' || v_category, NULL);
		END IF;
	END IF;
	-- The provider took a change of what it had: it counts them.
	IF OLD.call_kind = 'submit' AND NEW.call_id IS NULL AND OLD.draft IS NOT NULL AND NEW.draft IS NULL AND OLD.provider_id IS NOT NULL THEN
		INSERT INTO template_change (template_id, at, what) VALUES (NEW.template_id, now(), 'edit');
	END IF;
	IF NEW.components <> OLD.components THEN
		INSERT INTO template_change (template_id, at, what) VALUES (NEW.template_id, now(), 'components');
	END IF;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER template_keep AFTER INSERT OR UPDATE OF state, quality, category, components ON template
	FOR EACH ROW EXECUTE FUNCTION template_keep();
