#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/json.h"
#include "cron/command.h"
#include "db/db.h"
#include "routing/simulate.h"
#include "sql_simulate.h"

#include <getopt.h>

struct asked { const char *day, *queue, *strategy; bool json; };

struct comparison {
	struct simulate_day day;
	struct simulate_result was, would;
	const char *queue, *strategy;
};

static double seconds(int64_t us)
{
	return (double)us / CLOCK_SECOND;
}

static int strategy_named(const char *name)
{
	for (int strategy = STRATEGY_FEWEST_CASES; strategy < STRATEGY_MANUAL; strategy++) {
		if (!strcmp(name, code_name("strategy", strategy)))
			return strategy;
	}
	return 0;
}

static int compare(struct vt_ctx *ctx, const struct asked *asked, struct comparison *out)
{
	int strategy = strategy_named(asked->strategy);
	struct db_result *queue;
	int64_t from, to;

	if (!strategy)
		return vt_fail(ctx, VT_E_INVALID, "no strategy '%s'", asked->strategy);
	if (simulate_day_parse(ctx, asked->day, &from, &to) < 0)
		return vt_note(ctx, "the day is like 2026-11-27, and has been");
	if (db_query(ctx, &queue, &SQL_SIMULATE_QUEUE, "is", (int64_t)0, asked->queue) < 0)
		return -1;
	if (!db_rows(queue))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no queue '%s'", asked->queue);
	out->queue = db_text(queue, 0, "name");
	out->strategy = asked->strategy;
	if (simulate_load(ctx, db_i64(queue, 0, "queue_id"), from, to, &out->day) < 0)
		return -1;
	simulate_recorded(ctx, &out->day, &out->was);
	return simulate_run(ctx, &out->day, strategy, &out->would);
}

static void print_waits(const char *what, const struct simulate_result *result)
{
	printf("%-18s %8d %8d %6d %8d %9.1f %9.1f %9.1f %9.1f\n", what, result->arrivals, result->attended,
	       result->lost, result->within, seconds(result->mean_us), seconds(result->half_us),
	       seconds(result->most_us), seconds(result->longest_us));
}

static double mean(const struct simulate_hour *hour)
{
	return hour->attended ? seconds(hour->wait_us) / hour->attended : 0;
}

static void print_table(const struct comparison *c)
{
	printf("queue %s, strategy %s\n\n%-18s %8s %8s %6s %8s %9s %9s %9s %9s\n", c->queue, c->strategy, "waits (s)",
	       "arrived", "attended", "lost", "in time", "mean", "p50", "p90", "max");
	print_waits("as it was", &c->was);
	print_waits(c->strategy, &c->would);
	printf("\n%-18s %8s %18s %18s\n", "hour", "arrived", "mean wait, was", "would be");
	for (int hour = 0; hour < SIMULATE_HOURS; hour++) {
		if (c->was.hours[hour].arrivals)
			printf("%02d%16s %8d %18.1f %18.1f\n", hour, "", c->was.hours[hour].arrivals,
			       mean(&c->was.hours[hour]), mean(&c->would.hours[hour]));
	}
	printf("\n%-28s %10s %10s %14s %14s\n", "operator", "cases, was", "would be", "minutes, was", "would be");
	for (size_t i = 0; i < c->day.operator_count; i++) {
		const struct simulate_load *was = &c->was.operators[i], *would = &c->would.operators[i];
		printf("%-28s %10d %10d %14.1f %14.1f\n", c->day.operators[i].name, was->cases, would->cases,
		       seconds(was->handled_us) / 60, seconds(would->handled_us) / 60);
	}
}

static struct json *result_json(struct vt_ctx *ctx, const struct comparison *c, const struct simulate_result *result)
{
	struct json *out = json_new_object(ctx), *hours = json_new_array(ctx), *operators = json_new_array(ctx);

	json_set_i64(out, "arrivals", result->arrivals);
	json_set_i64(out, "attended", result->attended);
	json_set_i64(out, "lost", result->lost);
	json_set_i64(out, "within_service_level", result->within);
	json_set_double(out, "wait_mean_s", seconds(result->mean_us));
	json_set_double(out, "wait_p50_s", seconds(result->half_us));
	json_set_double(out, "wait_p90_s", seconds(result->most_us));
	json_set_double(out, "wait_max_s", seconds(result->longest_us));
	for (int hour = 0; hour < SIMULATE_HOURS; hour++) {
		struct json *one = json_new_object(ctx);
		json_set_i64(one, "hour", hour);
		json_set_i64(one, "arrivals", result->hours[hour].arrivals);
		json_set_i64(one, "lost", result->hours[hour].lost);
		json_set_double(one, "wait_mean_s", mean(&result->hours[hour]));
		json_append_node(hours, one);
	}
	for (size_t i = 0; i < c->day.operator_count; i++) {
		struct json *one = json_new_object(ctx);
		json_set_str(one, "name", c->day.operators[i].name);
		json_set_i64(one, "cases", result->operators[i].cases);
		json_set_double(one, "handled_s", seconds(result->operators[i].handled_us));
		json_append_node(operators, one);
	}
	json_set_node(out, "hours", hours);
	json_set_node(out, "operators", operators);
	return out;
}

static void print_json(struct vt_ctx *ctx, const struct comparison *c)
{
	struct json *out = json_new_object(ctx);

	json_set_str(out, "queue", c->queue);
	json_set_str(out, "strategy", c->strategy);
	json_set_node(out, "as_it_was", result_json(ctx, c, &c->was));
	json_set_node(out, "would_be", result_json(ctx, c, &c->would));
	printf("%s\n", json_text(ctx, out));
}

static int options_read(struct vt_ctx *ctx, int argc, char **argv, struct asked *asked)
{
	static const struct option options[] = {
		{ "day", required_argument, NULL, 'd' }, { "queue", required_argument, NULL, 'q' },
		{ "strategy", required_argument, NULL, 's' }, { "json", no_argument, NULL, 'j' }, { NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'd': asked->day = optarg; break;
		case 'q': asked->queue = optarg; break;
		case 's': asked->strategy = optarg; break;
		case 'j': asked->json = true; break;
		default: return vt_fail(ctx, VT_E_INVALID, "no such option");
		}
	}
	if (!asked->day || !asked->queue || !asked->strategy || optind != argc)
		return vt_fail(ctx, VT_E_INVALID, "give --day, --queue and --strategy");
	return 0;
}

int command_simulate(struct vt_ctx *ctx, const struct config *config, int argc, char **argv)
{
	struct asked asked = { 0 };
	struct comparison comparison;

	(void)config;
	if (options_read(ctx, argc, argv, &asked) < 0 || compare(ctx, &asked, &comparison) < 0)
		return -1;
	if (asked.json)
		print_json(ctx, &comparison);
	else
		print_table(&comparison);
	return 0;
}
