/*
 * When a batch fails: whose fault it was, and what to do about it. What is
 * learned stays in memory: a batch that failed was rolled back and comes again
 * with the next claim, where the culprit is put aside.
 *
 * Data errors (SQLSTATE 22, 23) of a known row: quarantined next time. Not the
 * message's fault (connection, resources, locks, shutdown): tried again after
 * a pause, nothing is counted. Anything else, a statement that took too long
 * and culprits that cannot be told apart: one row at a time, three attempts.
 */
#ifndef VT_CRON_INTAKE_FAULT_H
#define VT_CRON_INTAKE_FAULT_H

#include "cron/intake.h"

#define INTAKE_ATTEMPTS 3

struct intake_fault {
	int64_t inbound_id;
	int attempts;
	bool guilty;
	char sqlstate[6];
	char message[384];
};

struct intake_faults {
	struct intake_fault list[INTAKE_BATCH]; size_t count;
	int64_t single_until;      /* rows up to here go one by one; 0: none */
	int64_t collided;          /* first row of a batch that hit a unique key once */
};

/* Give the guilty among the batch's rows their fault. */
void intake_faults_mark(const struct intake_faults *faults, struct intake_batch *batch);
/* The batch failed with ctx->error: roll back and learn. 1: claim again at once; -1: the error is
 * not about a row (ctx->error stays). */
int intake_faults_learn(struct vt_ctx *ctx, struct intake_faults *faults,
			const struct intake_batch *batch) VT_MUST_CHECK;
/* The batch is committed. */
void intake_faults_forget(struct intake_faults *faults, const struct intake_batch *batch);

#endif
