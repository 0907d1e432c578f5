/*
 * What every unit test starts from: an arena and a context per test, whose
 * time is 2026-11-23 12:00:00 in Buenos Aires and whose random bytes count up
 * from 0. Include it first.
 */
#ifndef VT_UNIT_UNIT_H
#define VT_UNIT_UNIT_H

#include "base/vt.h"
#include "base/log.h"
#include "base/secret.h"

#include <setjmp.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define UNIT_NOW_US INT64_C(1795446000000000)

struct unit {
	struct vt_ctx ctx;
};

static uint8_t unit_next_random;

static inline void unit_random(void *buffer, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((uint8_t *)buffer)[i] = unit_next_random++;
}

static inline int unit_setup(void **state)
{
	struct unit *unit = calloc(1, sizeof(*unit));

	secret_init();
	unit_next_random = 0;
	vt_ctx_init(&unit->ctx, arena_new(), "unit");
	unit->ctx.now_us = UNIT_NOW_US;
	unit->ctx.random_bytes = unit_random;
	*state = unit;
	return 0;
}

static inline int unit_teardown(void **state)
{
	struct unit *unit = *state;

	arena_free(unit->ctx.arena);
	free(unit);
	return 0;
}

static inline struct vt_ctx *unit_ctx(void **state)
{
	return &((struct unit *)*state)->ctx;
}

#define UNIT_TEST(function) cmocka_unit_test_setup_teardown(function, unit_setup, unit_teardown)

/* The signal that ends a process running function(arg); 0 when it ends by itself. */
static inline int unit_death_signal(void (*function)(void *), void *arg)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(2);
		function(arg);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

#endif
