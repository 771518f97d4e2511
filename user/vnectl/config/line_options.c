// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <linux/map.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "softwire/iid.h"
#include "map_attrs.h"
#include "parse.h"
#include "format/ddns_service.h"
#include "base/url.h"
#include "util.h"
#include "config/line_options.h"
#include "config/line_softwire.h"

/* Where v6plus lines find the home gateway, if there is one upstream. */
#define GATEWAY_URL	"http://ntt.setup:8888/enabler.ipv4/check"
#define DISCOVERY_NAME	"4over6.info"
/* For those that have no number of their own from the IEEE. */
#define VENDOR_ID	"acde48-mapvne"

const char *const vne_mode_names[] = {
	"auto", "map-e", "map-t", "fixed-ip", "ds-lite", "lw4o6", "464xlat",
	NULL
};

const char *const vne_source_names[] = {
	"static", "dhcpv6", "hb46pp", "v6plus", "ocn", NULL
};

static const char *const prefix_from_names[] = {
	"auto", "dhcpv6-pd", "ra", NULL
};

static const char *const fragment_names[] = {
	"auto", "inner", "outer", NULL
};

static const char *const yes_no[] = { "no", "yes", NULL };
/* Whom a setting is for: sources and modes. */
#define SOURCE_BIT(source)	(1u << (source))
#define MODE_BIT(mode)		(0x100u << (mode))
#define SOURCES			0x000000ffu
#define MODES			0x0000ff00u

#define ALL		(SOURCES | MODES)
#define STATIC(modes)	(SOURCE_BIT(VNE_STATIC) | (modes))
#define OF(sources)	((sources) | MODES)

#define MAP_E		MODE_BIT(VNE_MAP_E)
#define MAP_T		MODE_BIT(VNE_MAP_T)
#define FIXED_IP	MODE_BIT(VNE_FIXED_IP)
#define DS_LITE		MODE_BIT(VNE_DS_LITE)
#define LW4O6		MODE_BIT(VNE_LW4O6)
#define XLAT		MODE_BIT(VNE_464XLAT)
/* Those with source NAT by the device, and one that may be any of them. */
#define NATS		(MODE_BIT(VNE_AUTO) | MAP_E | MAP_T | LW4O6 | XLAT)
#define HB46PP		SOURCE_BIT(VNE_HB46PP)
#define V6PLUS		SOURCE_BIT(VNE_V6PLUS)
#define OCN		SOURCE_BIT(VNE_OCN)

static int test_interface(const char *value, const char *name,
			  struct arg_error *err)
{
	size_t len = strlen(value);
	const char *c;

	for (c = value; *c > ' ' && *c <= '~' && !strchr("/:;\"'", *c); c++)
		;
	if (len && len < IFNAMSIZ && !*c && strcmp(value, ".") &&
	    strcmp(value, ".."))
		return 0;
	return arg_wrong(err, value,
			 "%s must be the name of a network interface, 1 to %d characters",
			 name, IFNAMSIZ - 1);
}

static int test_endpoint(const char *value, const char *name,
			 struct arg_error *err)
{
	struct endpoint end;

	return endpoint_parse(value, name, &end, err);
}

static int test_iid(const char *value, const char *name, struct arg_error *err)
{
	struct in6_addr iid;

	(void)name;
	return iid_parse(value, &iid, err);
}

static int test_prefix6(const char *value, const char *name,
			struct arg_error *err)
{
	struct in6_addr addr;
	uint8_t len;

	return parse_prefix6(value, name, &addr, &len, err);
}

static int test_rule(const char *value, const char *name,
		     struct arg_error *err)
{
	struct lease_rule rule;

	return vne_rule(value, name, MAP_IID_RFC7597, &rule, err);
}

static int test_url(const char *value, const char *name, struct arg_error *err)
{
	char why[FETCH_WHY_LEN];
	struct url url;

	if (url_parse(&url, value, NULL, 0, why))
		return arg_wrong(err, value, "%s must be a URL: %s", name, why);
	url_free(&url);
	return 0;
}

/* A host name is enough. */
static int test_server(const char *value, const char *name,
		       struct arg_error *err)
{
	return strstr(value, "://") ? test_url(value, name, err) :
		test_endpoint(value, name, err);
}

static int test_host(const char *value, const char *name,
		     struct arg_error *err)
{
	char host[HOST_NAME_LEN + 1];

	if (endpoint_host_name(value, host))
		return 0;
	return arg_wrong(err, value, "%s must be the name of a host", name);
}

static int test_dns(const char *value, const char *name, struct arg_error *err)
{
	struct address address;

	if (address_parse(value, name, &address, err))
		return -1;
	if (address_is_host(&address))
		return 0;
	return arg_wrong(err, value, "%s must be an IPv4 or IPv6 address",
			 name);
}

static int test_vendor(const char *value, const char *name,
		       struct arg_error *err)
{
	size_t digits = strspn(value, "0123456789abcdefABCDEF");
	const char *c = value + digits;

	if (*c == '-')
		for (c++; isalnum((unsigned char)*c) || *c == '_'; c++)
			;
	if (digits == 6 && !*c && (!value[6] || value[7]))
		return 0;
	return arg_wrong(err, value,
			 "%s must be an OUI, six hexadecimal digits, and possibly \"-\" and a word",
			 name);
}

static int test_reserve(const char *value, const char *name,
			struct arg_error *err)
{
	static struct map_port_range ranges[MAP_MAX_RESERVED_RANGES];

	return parse_ports(value, name, ranges, ARRAY_SIZE(ranges), err) < 0 ?
		-1 : 0;
}

#define OPTION_OF struct vne
#define FIELD(field) offsetof(OPTION_OF, field)
#define FLAG(name, field, whom, usual) \
	{ ROW(name, KIND_FLAG, field, whom), .words = yes_no, .preset = usual }
#define TEXTS(name, field, whom, longest, ...) \
	{ ROW(name, KIND_TEXTS, field, whom), .max = longest, __VA_ARGS__ }

static const struct key keys[] = {
	STRING("interface", interface, ALL, IFNAMSIZ - 1,
	       .test = test_interface, .expects = "the name of the WAN"),
	WORD("mode", mode, ALL, vne_mode_names, VNE_AUTO),
	WORD("source", source, ALL, vne_source_names, VNE_STATIC),
	ADDRESS("prefix", prefix, ALL & ~DS_LITE, .test = test_prefix6,
		.expects = "an IPv6 prefix"),
	WORD("prefix-from", prefix_from, ALL & ~DS_LITE, prefix_from_names,
	     VNE_PREFIX_AUTO),
	TEXTS("rule", rules, STATIC(MAP_E | MAP_T), 255, .test = test_rule,
	      .expects = VNE_RULE_EXPECTS),
	STRING("br", br, STATIC(MAP_E | FIXED_IP | DS_LITE | LW4O6),
	       HOST_NAME_LEN, .test = test_endpoint,
	       .expects = "an IPv6 address or a host name"),
	ADDRESS("dmr", dmr, STATIC(MAP_T | XLAT), .test = test_prefix6,
		.expects = "an IPv6 prefix"),
	WORD("iid", iid, STATIC(MAP_E | MAP_T | LW4O6), map_iids,
	     MAP_IID_RFC7597),
	FLAG("mesh", mesh, SOURCES | MODE_BIT(VNE_AUTO) | MAP_E | MAP_T,
	     true),
	{ ROW("ipv4-address", KIND_INTERFACE, ipv4, STATIC(FIXED_IP | LW4O6)) },
	NUMBER("psid", psid, STATIC(LW4O6), 0, 65535, 0),
	NUMBER("psid-length", psid_len, STATIC(LW4O6), 0, 16, 0),
	NUMBER("psid-offset", psid_offset, STATIC(LW4O6) |
	       SOURCE_BIT(VNE_DHCPV6) | MODE_BIT(VNE_AUTO) | MAP_E | MAP_T,
	       0, 16, 0),
	STRING("interface-identifier", iid_text, STATIC(FIXED_IP), 63,
	       .test = test_iid, .expects = "64 bits as in ::6f:6c1f:3400:0"),
	STRING("bmr-hostname", server, OF(V6PLUS | OCN), 511, .secret = true,
	       .test = test_server, .expects = "a host name or a URL"),
	STRING("code", code, OF(V6PLUS | OCN), 255, .secret = true),
	FLAG("home-gateway-check", gateway_check, OF(V6PLUS), true),
	STRING("home-gateway-url", gateway_url, OF(V6PLUS), 511,
	       .text = GATEWAY_URL, .test = test_url),
	STRING("discovery-domain", domain, OF(HB46PP), HOST_NAME_LEN,
	       .text = DISCOVERY_NAME, .test = test_host),
	WORD("require-tls", require_tls, OF(HB46PP), yes_no, false),
	STRING("vendor-id", vendor_id, OF(HB46PP), 63, .text = VENDOR_ID,
	       .test = test_vendor),
	STRING("product", product, OF(HB46PP), 63, .text = "mapvne"),
	STRING("server-name", server_name, OF(HB46PP), HOST_NAME_LEN,
	       .test = test_host),
	STRING("http-username", user, ALL, 255),
	STRING("http-password", password, ALL, 255, .secret = true),
	STRING("update-url", update_url, ALL, 511, .secret = true,
	       .test = test_url, .expects = "a URL"),
	WORD("update-service", update_service, ALL, update_dialects,
	     UPDATE_GENERIC),
	STRING("update-hostname", update_host, ALL, 255, .secret = true),
	STRING("update-id", update_id, ALL, 255),
	STRING("update-password", update_password, ALL, 255, .secret = true),
	FLAG("plain-http", plain, ALL, false),
	STRING("ca-file", ca_file, ALL, 1023),
	STRING("ssl-certificate", cert_file, ALL, 1023),
	STRING("ssl-key", key_file, ALL, 1023),
	TEXTS("dns-server", dns, ALL, 63, .test = test_dns,
	      .expects = "an IPv4 or IPv6 address"),
	FLAG("default-route", default_route, ALL, true),
	NUMBER("route-metric", metric, ALL, 0, 4294967295u, 0),
	NUMBER("mtu", mtu, ALL, 0, 65535, 0),
	FLAG("mss-clamp", mss_clamp, ALL, true),
	WORD("fragment", fragment, SOURCES | MODE_BIT(VNE_AUTO) | MAP_E |
	     FIXED_IP | DS_LITE | LW4O6, fragment_names, VNE_FRAGMENT_AUTO),
	FLAG("snat", snat, SOURCES | NATS | FIXED_IP, true),
	STRING("snat-reserve", reserve, SOURCES | NATS, 1023, .test = test_reserve,
	       .expects = "ports and ranges such as 1232,2256-2259"),
	FLAG("ndp-proxy", proxy, SOURCES | MODE_BIT(VNE_AUTO) | MAP_T | XLAT,
	     true),
};

const struct key_table vne_table = {
	.keys = keys,
	.count = ARRAY_SIZE(keys),
	.size = sizeof(struct vne),
	.seen = FIELD(seen),
};

/* It is a device, and a word in messages and JSON; "all" and "default" are
 * folders beside those of devices in /proc/sys, and "lo" is there already.
 */
static bool name_is_good(const char *name)
{
	return keys_name_is_good(name, VNE_NAME_LEN) && strcmp(name, "all") &&
		strcmp(name, "default") && strcmp(name, "lo");
}

/**
 * vne_init - the default of every setting
 * @vne: the settings
 * @name: name of the line
 * @err: set when the name is wrong
 *
 * Return: 0, or -1.
 */
int vne_init(struct vne *vne, const char *name, struct arg_error *err)
{
	if (keys_init(&vne_table, vne))
		return arg_wrong(err, name, "no memory");
	if (!name_is_good(name))
		return arg_wrong(err, name,
				 "a name is that of a network device: 1 to %d letters, digits, \".\", \"_\" and \"-\", it begins with a letter or digit, and is not \"all\", \"default\" or \"lo\"",
				 VNE_NAME_LEN);
	snprintf(vne->name, sizeof(vne->name), "%s", name);
	return 0;
}

static bool seen(const struct vne *vne, size_t offset)
{
	return keys_seen(&vne_table, vne, offset);
}

static int check_mode(const struct vne *vne, struct arg_error *err)
{
	static const unsigned int modes[] = {
		[VNE_STATIC] = MODES & ~MODE_BIT(VNE_AUTO),
		[VNE_DHCPV6] = MODE_BIT(VNE_AUTO) | MAP_E | MAP_T | DS_LITE |
			LW4O6,
		[VNE_HB46PP] = MODES,
		[VNE_V6PLUS] = MAP_E,
		[VNE_OCN] = MAP_E,
	};
	unsigned int mode;
	char list[128];
	size_t len = 0;

	mode = seen(vne, FIELD(mode)) ? vne->mode : vne_mode(vne);
	if (modes[vne->source] & MODE_BIT(mode))
		return 0;
	for (mode = 0; vne_mode_names[mode]; mode++)
		if (modes[vne->source] & MODE_BIT(mode))
			len += snprintf(list + len, sizeof(list) - len, "%s%s",
					len ? ", " : "", vne_mode_names[mode]);
	return arg_wrong(err, "mode",
			 "\"mode\" contradicts \"source\" %s, which has %s",
			 vne_source_names[vne->source], list);
}

static int check_foreign(const struct vne *vne, const struct key *key,
			 struct arg_error *err)
{
	enum vne_mode mode = vne_mode(vne);

	if (!seen(vne, key->offset))
		return 0;
	if (!(key->who & SOURCE_BIT(vne->source)))
		return arg_wrong(err, key->name,
				 "\"%s\" contradicts \"source\" %s, which does not use it",
				 key->name, vne_source_names[vne->source]);
	if (!(key->who & MODE_BIT(mode)))
		return arg_wrong(err, key->name,
				 "\"%s\" contradicts \"mode\" %s, which does not use it",
				 key->name, vne_mode_names[mode]);
	return 0;
}

struct needed {
	size_t offset;
	unsigned int sources;
	unsigned int modes;
};

static const struct needed needed[] = {
	{ FIELD(interface), SOURCES, MODES },
	{ FIELD(rules), SOURCE_BIT(VNE_STATIC), MAP_E | MAP_T },
	{ FIELD(br), SOURCE_BIT(VNE_STATIC),
	  MAP_E | FIXED_IP | DS_LITE | LW4O6 },
	{ FIELD(dmr), SOURCE_BIT(VNE_STATIC), MAP_T | XLAT },
	{ FIELD(ipv4), SOURCE_BIT(VNE_STATIC), FIXED_IP | LW4O6 },
	{ FIELD(iid_text), SOURCE_BIT(VNE_STATIC), FIXED_IP },
	{ FIELD(server), V6PLUS | OCN, MODES },
	{ FIELD(code), V6PLUS | OCN, MODES },
};

static int check_needed(const struct vne *vne, const struct needed *one,
			struct arg_error *err)
{
	const struct key *key = keys;
	char expects[128];

	if (!(one->sources & SOURCE_BIT(vne->source)) ||
	    !(one->modes & MODE_BIT(vne_mode(vne))) ||
	    seen(vne, one->offset))
		return 0;
	while (key->offset != one->offset)
		key++;
	return arg_wrong(err, key->name,
			 "\"%s\" is missing, which source %s with mode %s needs: %s",
			 key->name, vne_source_names[vne->source],
			 vne_mode_names[vne_mode(vne)],
			 keys_expects(key, expects, sizeof(expects)));
}

static int check_psid(const struct vne *vne, struct arg_error *err)
{
	if (seen(vne, FIELD(psid_offset)) && vne->source == VNE_STATIC &&
	    vne->mode != VNE_LW4O6)
		return arg_wrong(err, "psid-offset",
				 "\"psid-offset\" contradicts \"mode\" %s, whose \"rule\" has it",
				 vne_mode_names[vne_mode(vne)]);
	if (vne->source == VNE_DHCPV6 && vne->psid_offset > 15)
		return arg_wrong(err, "psid-offset",
				 "\"psid-offset\" must be 0 to 15 with source dhcpv6 (RFC 7598)");
	/* Others have no port set to say, which is said of the key. */
	if (vne_mode(vne) != VNE_LW4O6)
		return 0;
	if (vne->psid >> vne->psid_len)
		return arg_wrong(err, "psid",
				 "\"psid\" %u does not fit into \"psid-length\" %u",
				 vne->psid, vne->psid_len);
	if (vne->psid_len + vne->psid_offset > 16)
		return arg_wrong(err, "psid-length",
				 "\"psid-length\" %u and \"psid-offset\" %u are more than 16 bits together",
				 vne->psid_len, vne->psid_offset);
	if (vne->psid_len && vne->ipv4.len != 32)
		return arg_wrong(err, "ipv4-address",
				 "\"ipv4-address\" must be one address where there is a \"psid-length\"");
	return 0;
}

static bool is_plain(const char *url)
{
	return url && !strncasecmp(url, "http://", 7);
}

static int check_update(const struct vne *vne, struct arg_error *err)
{
	const struct update_account account = {
		.user = vne->user,
		.pass = vne->password,
		.host = vne->update_host ? vne->update_host :
			vne->source == VNE_OCN ? "of.the.server" : NULL,
		.id = vne->update_id,
		.key = vne->update_password,
	};
	struct query query;
	struct reason why;

	if (is_plain(vne->update_url) && !vne->plain)
		return arg_wrong(err, "update-url",
				 "\"update-url\" is http, by which passwords travel in clear: use https, or say plain-http = yes");
	if (!vne->update_url || !update_query(vne->update_service, &account,
					      &in6addr_loopback, &query, &why))
		return 0;
	return arg_wrong(err, "update-service",
			 "\"update-service\" %s: %s",
			 update_dialects[vne->update_service], why.text);
}

static int check_login(const struct vne *vne, struct arg_error *err)
{
	if (is_plain(vne->server) && !vne->plain)
		return arg_wrong(err, "bmr-hostname",
				 "\"bmr-hostname\" is http, by which the code travels in clear: use https, or say plain-http = yes");
	if (!vne->user != !vne->password)
		return arg_wrong(err, vne->user ? "http-username" :
				 "http-password",
				 "\"http-username\" and \"http-password\" must be given together");
	if (!vne->cert_file != !vne->key_file)
		return arg_wrong(err, vne->cert_file ? "ssl-certificate" :
				 "ssl-key",
				 "\"ssl-certificate\" and \"ssl-key\" must be given together");
	if (vne->user && vne->source == VNE_HB46PP && !vne->server_name &&
	    !vne->update_url)
		return arg_wrong(err, "server-name",
				 "\"server-name\" is missing: source hb46pp gives user and password to that server only");
	return 0;
}

static int check_names(const struct vne *vne, struct arg_error *err)
{
	if (!vne->interface || strcmp(vne->interface, vne->name))
		return 0;
	return arg_wrong(err, "interface",
			 "\"interface\" is the name of the block, which is that of the tunnel's device");
}

static int check_limits(const struct vne *vne, struct arg_error *err)
{
	if (vne->dns.count > DNS_SERVERS_MAX)
		return arg_wrong(err, "dns-server",
				 "\"dns-server\" can have %d values at most",
				 DNS_SERVERS_MAX);
	if (vne->mtu && vne->mtu < 1280)
		return arg_wrong(err, "mtu",
				 "\"mtu\" must be 0, for the one that follows from the WAN, or 1280 to 65535");
	return 0;
}

/* Those that hold whether something is missing or not. */
static int (*const tests[])(const struct vne *vne, struct arg_error *err) = {
	check_psid, check_login, check_update, check_names, check_limits,
	vne_check_hb46pp,
};

/**
 * vne_check_all - find all that is wrong with settings
 * @vne: the settings
 * @report: called for each thing that is: the name of the setting, and why
 * @arg: for @report
 *
 * Where the mode is wrong, most others would be, too.
 */
void vne_check_all(const struct vne *vne, key_report report, void *arg)
{
	unsigned int i, wrong = 0;
	struct arg_error err;

	if (check_mode(vne, &err)) {
		report(&err, arg);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (check_foreign(vne, &keys[i], &err) && ++wrong)
			report(&err, arg);
	for (i = 0; i < ARRAY_SIZE(needed); i++)
		if (check_needed(vne, &needed[i], &err) && ++wrong)
			report(&err, arg);
	for (i = 0; i < ARRAY_SIZE(tests); i++)
		if (tests[i](vne, &err) && ++wrong)
			report(&err, arg);
	if (!wrong && vne_check_lease(vne, &err))
		report(&err, arg);
}

struct first {
	struct arg_error *err;
	bool found;
};

static void keep_first(const struct arg_error *err, void *arg)
{
	struct first *first = arg;

	if (!first->found)
		*first->err = *err;
	first->found = true;
}

/**
 * vne_check - do the settings agree with each other?
 * @vne: the settings
 * @err: set when they do not: the name of the setting, and why
 *
 * Return: 0, or -1.
 */
int vne_check(const struct vne *vne, struct arg_error *err)
{
	struct first first = { err, false };

	vne_check_all(vne, keep_first, &first);
	return first.found ? -1 : 0;
}

/**
 * vne_clash - can a line live beside others?
 * @vne: the line
 * @others: the others; one of the same name does not count
 * @count: how many
 * @err: set when it cannot
 *
 * Return: the one that is in the way, or NULL.
 */
const struct vne *vne_clash(const struct vne *vne, const struct vne *others,
			    unsigned int count, struct arg_error *err)
{
	const struct vne *other;
	unsigned int i;

	for (i = 0; i < count; i++) {
		other = &others[i];
		if (!strcmp(vne->name, other->name))
			continue;
		if (!strcmp(vne->interface, other->name) ||
		    !strcmp(vne->name, other->interface)) {
			arg_wrong(err, "interface",
				  "the \"interface\" of one is the device of the other, \"%s\"",
				  other->name);
			return other;
		}
		if (vne->default_route && other->default_route &&
		    vne->metric == other->metric) {
			arg_wrong(err, "route-metric",
				  "\"%s\" has a default route with \"route-metric\" %u, too: give one of them another metric, or default-route = no",
				  other->name, other->metric);
			return other;
		}
	}
	return NULL;
}

/**
 * vne_has_secrets - is there anything that others must not read?
 * @vne: the settings
 *
 * Return: true if there is.
 */
bool vne_has_secrets(const struct vne *vne)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].secret && vne->seen & 1ull << i)
			return true;
	return false;
}

/**
 * vne_json - settings as JSON: those that source and mode have
 * @vne: the settings
 *
 * Return: an object, whose keys have underscores; secrets are not in it.
 */
json_t *vne_json(const struct vne *vne)
{
	enum vne_mode mode = vne_mode(vne);
	json_t *object = json_object();
	const struct key *key;
	char name[64];

	json_object_set_new(object, "name", json_string(vne->name));
	keys_json(&vne_table, vne, SOURCE_BIT(vne->source), object);
	for (key = keys; key < keys + ARRAY_SIZE(keys); key++)
		if (!(key->who & MODE_BIT(mode)))
			json_object_del(object, key_json_name(key, name,
							      sizeof(name)));
	json_object_set_new(object, "mode",
			    json_string(vne_mode_names[mode]));
	return object;
}
