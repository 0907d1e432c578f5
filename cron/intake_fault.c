#include "base/vt.h"
#include "base/log.h"
#include "cron/intake_fault.h"
#include "db/db.h"

#define CULPRITS_MAX 3     /* in one batch; then one row at a time */

static struct intake_fault *find(struct intake_faults *faults, int64_t inbound_id)
{
	for (size_t i = 0; i < faults->count; i++) {
		if (faults->list[i].inbound_id == inbound_id)
			return &faults->list[i];
	}
	return NULL;
}

void intake_faults_mark(const struct intake_faults *faults, struct intake_batch *batch)
{
	for (size_t i = 0; i < faults->count; i++) {
		const struct intake_fault *fault = &faults->list[i];

		for (size_t row = 0; fault->guilty && row < batch->row_count; row++) {
			if (batch->rows[row].inbound_id != fault->inbound_id)
				continue;
			batch->rows[row].fault = fault->message;
			batch->rows[row].sqlstate = *fault->sqlstate ? fault->sqlstate : NULL;
		}
	}
}

/* The one row of the batch that went into that conversation; NULL when there are more. */
static const struct intake_row *only_row_of(const struct intake_batch *batch,
					    int64_t conversation_id)
{
	const struct intake_row *row = NULL;

	for (size_t i = 0; i < batch->event_count; i++) {
		const struct intake_event *event = &batch->events[i];

		if (event->conversation_id != conversation_id || event->row == row)
			continue;
		if (row)
			return NULL;
		row = event->row;
	}
	return row;
}

/* The row at fault, or NULL: without SQLSTATE it is what was at work, else the owner of the
 * failed statement tells the row or its conversation. */
static const struct intake_row *culprit(const struct vt_ctx *ctx, const struct intake_batch *batch)
{
	if (batch->row_count == 1)
		return &batch->rows[0];
	if (!*ctx->error.sqlstate)
		return batch->at;
	for (size_t i = 0; i < batch->row_count; i++) {
		if (intake_owner(&batch->rows[i]) == batch->failed_owner)
			return &batch->rows[i];
	}
	return batch->failed_owner ? only_row_of(batch, batch->failed_owner) : NULL;
}

static void blame(struct vt_ctx *ctx, struct intake_faults *faults, const struct intake_row *row,
		  int attempts)
{
	struct intake_fault *fault = find(faults, row->inbound_id);

	if (!fault) {
		if (faults->count == VT_COUNT(faults->list))
			faults->count = 0;
		fault = &faults->list[faults->count++];
		*fault = (struct intake_fault){ .inbound_id = row->inbound_id };
	}
	fault->attempts += attempts;
	fault->guilty = fault->attempts >= INTAKE_ATTEMPTS;
	snprintf(fault->sqlstate, sizeof(fault->sqlstate), "%s", ctx->error.sqlstate);
	snprintf(fault->message, sizeof(fault->message), "%s", ctx->error.message);
}

static size_t guilty(const struct intake_faults *faults)
{
	size_t count = 0;

	for (size_t i = 0; i < faults->count; i++)
		count += faults->list[i].guilty;
	return count;
}

static bool begins(const char *sqlstate, const char *class)
{
	return !strncmp(sqlstate, class, strlen(class));
}

/* Another time it may well work: the connection, resources, locks, a shutdown. */
static bool passing(const char *sqlstate)
{
	static const char *const classes[] = { "08", "25P03", "40", "53", "55", "57P", "58" };

	for (size_t i = 0; i < VT_COUNT(classes); i++) {
		if (begins(sqlstate, classes[i]))
			return true;
	}
	return false;
}

/* A unique key may have been hit by the other lane's row, committed meanwhile: once is free. */
static bool first_collision(struct intake_faults *faults, const struct intake_batch *batch,
			    const char *sqlstate)
{
	int64_t first = batch->rows[0].inbound_id;

	if (strcmp(sqlstate, "23505") || faults->collided == first)
		return false;
	faults->collided = first;
	return true;
}

int intake_faults_learn(struct vt_ctx *ctx, struct intake_faults *faults,
			const struct intake_batch *batch)
{
	const char *sqlstate = ctx->error.sqlstate;
	bool data = begins(sqlstate, "22") || begins(sqlstate, "23") || !*sqlstate;
	const struct intake_row *row = culprit(ctx, batch);
	int64_t last = batch->rows[batch->row_count - 1].inbound_id;

	db_rollback(ctx);
	if (!db_connected(ctx->db) || passing(sqlstate) || (row && row->fault))
		return -1;
	log_error(ctx, "intake.batch");
	if (first_collision(faults, batch, sqlstate))
		return 1;
	if (row && data)
		blame(ctx, faults, row, INTAKE_ATTEMPTS);
	else if (row && batch->row_count == 1)
		blame(ctx, faults, row, 1);
	if ((!row || !data || guilty(faults) >= CULPRITS_MAX) && last > faults->single_until)
		faults->single_until = last;
	return 1;
}

void intake_faults_forget(struct intake_faults *faults, const struct intake_batch *batch)
{
	int64_t last = batch->rows[batch->row_count - 1].inbound_id;
	size_t kept = 0;

	for (size_t i = 0; i < faults->count; i++) {
		if (faults->list[i].inbound_id > last)
			faults->list[kept++] = faults->list[i];
	}
	faults->count = kept;
	if (last >= faults->single_until)
		faults->single_until = 0;
}
