// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "ipc/reply.h"
#include "ipc/event_log.h"
#include "ipsec/transport.h"
#include "line/line.h"
#include "line/lines.h"
#include "util.h"

static struct uplink *first;

static struct uplink *find(const char *name)
{
	struct uplink *uplink = first;

	while (uplink && strcmp(uplink->vne.name, name))
		uplink = uplink->next;
	return uplink;
}

static struct uplink *append(const struct vne *vne)
{
	struct uplink *uplink = uplink_new(vne), **at = &first;

	if (!uplink) {
		log_line(vne->name, "no memory");
		return NULL;
	}
	while (*at)
		at = &(*at)->next;
	*at = uplink;
	return uplink;
}

/* The machine stays as it is. */
static void forget(struct uplink *uplink)
{
	struct uplink **at = &first;

	while (*at != uplink)
		at = &(*at)->next;
	*at = uplink->next;
	uplink_free(uplink);
}

static void drop(struct uplink *uplink)
{
	struct reason why;

	if (uplink_down(uplink, &why))
		event(uplink->vne.name, "could not be undone: %s", why.text);
	forget(uplink);
}

/* The new one finds what the old one has set up, and changes what differs. */
static void replace(struct uplink *uplink, const struct vne *vne)
{
	bool was_down = uplink->state == LINE_DOWN;
	struct uplink *with = append(vne);

	if (!with)
		return;
	event(vne->name, "settings change");
	forget(uplink);
	if (!was_down)
		uplink_up(with);
}

static const struct vne *in_conf(const struct conf *conf, const char *name)
{
	unsigned int i;

	for (i = 0; i < conf->vnes_count; i++)
		if (!strcmp(conf->vnes[i].name, name))
			return &conf->vnes[i];
	return NULL;
}

static void drop_leftover(const char *device, void *arg)
{
	struct reason why;

	(void)arg;
	if (find(device))
		return;
	event(device, "is not in the configuration any more");
	if (apply_undo(device, &why))
		event(device, "could not be undone: %s", why.text);
}

/**
 * uplinks_apply - have the lines of a configuration, and no others
 * @conf: the configuration
 *
 * Those whose settings are the same go on undisturbed.
 */
void uplinks_apply(const struct conf *conf)
{
	struct uplink *uplink, *next;
	const struct vne *vne;
	unsigned int i;

	source_set_time_scale(conf->time_scale);
	for (uplink = first; uplink; uplink = next) {
		next = uplink->next;
		if (!in_conf(conf, uplink->vne.name))
			drop(uplink);
	}
	for (i = 0; i < conf->vnes_count; i++) {
		vne = &conf->vnes[i];
		uplink = find(vne->name);
		if (!uplink) {
			uplink = append(vne);
			if (uplink)
				uplink_up(uplink);
		} else if (!keys_equal(&vne_table, &uplink->vne, vne,
				       KEYS_ALL)) {
			replace(uplink, vne);
		}
	}
	apply_leftovers(drop_leftover, NULL);
}

/**
 * uplinks_leave - the daemon ends: all stays on the machine as it is
 */
void uplinks_leave(void)
{
	while (first)
		forget(first);
}

static json_t *show(const char *name)
{
	json_t *list = json_array();
	struct uplink *uplink;

	for (uplink = first; uplink; uplink = uplink->next)
		if (!name || !strcmp(name, uplink->vne.name))
			json_array_append_new(list, uplink_json(uplink));
	if (!name || json_array_size(list))
		return json_pack("{s:o}", "lines", list);
	json_decref(list);
	return answer_error("there is no line \"%s\"", name);
}

static json_t *do_up(struct uplink *uplink)
{
	uplink_up(uplink);
	return answer_ok();
}

static json_t *do_down(struct uplink *uplink)
{
	struct reason why;

	if (uplink_down(uplink, &why))
		return answer_error("%s: %s", uplink->vne.name, why.text);
	return answer_ok();
}

static json_t *do_renew(struct uplink *uplink)
{
	if (uplink->state == LINE_DOWN)
		return answer_error("%s is down", uplink->vne.name);
	uplink_renew(uplink);
	return answer_ok();
}

static json_t *do_erase(struct uplink *uplink)
{
	uplink_erase(uplink);
	return answer_ok();
}

/* Of one line, or of all. */
static json_t *each(const char *name, json_t *(*action)(struct uplink *uplink))
{
	struct uplink *uplink;
	json_t *answer = NULL;

	for (uplink = first; uplink; uplink = uplink->next) {
		if (name && strcmp(name, uplink->vne.name))
			continue;
		json_decref(answer);
		answer = action(uplink);
		if (json_object_get(answer, "error"))
			return answer;
	}
	if (answer)
		return answer;
	return name ? answer_error("there is no line \"%s\"", name) :
		answer_error("the configuration has no line");
}

static json_t *hooked(json_t *request)
{
	const char *device;

	device = json_string_value(json_object_get(request, "interface"));
	if (!device)
		return answer_error("the request has no interface");
	line_hooked(device);
	return answer_ok();
}

/**
 * uplinks_answer - do what is asked for
 * @command: of the request
 * @request: an object
 *
 * Return: the answer, an object; NULL where it is no command for lines.
 */
json_t *uplinks_answer(const char *command, json_t *request)
{
	static const struct {
		const char *command;
		json_t *(*action)(struct uplink *uplink);
	} actions[] = {
		{ "line-up", do_up },
		{ "line-down", do_down },
		{ "line-renew", do_renew },
		{ "line-erase", do_erase },
	};
	const char *name;
	unsigned int i;

	name = json_string_value(json_object_get(request, "name"));
	for (i = 0; i < ARRAY_SIZE(actions); i++)
		if (!strcmp(command, actions[i].command))
			return each(name, actions[i].action);
	if (!strcmp(command, "line-show"))
		return show(name);
	if (!strcmp(command, "dhcpv6"))
		return hooked(request);
	if (!strcmp(command, "events"))
		return events_after(json_integer_value(json_object_get(request,
								"after")));
	return NULL;
}
