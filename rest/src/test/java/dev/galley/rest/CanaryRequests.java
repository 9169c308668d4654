package dev.galley.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Requests of a tenant that would like to see what is another's: over every table, verb, format and preference. */
final class CanaryRequests {
    static final Map<String, Integer> OWN_ROWS =
            Map.of("accounts", 3, "orders", 2, "lines", 2, "bookings", 2, "events", 2, "profiles", 2, "open_orders", 2);

    private static final List<String> FORMATS = List.of(
            "application/json",
            "application/vnd.pgrst.object+json",
            "application/vnd.pgrst.array+json;nulls=stripped",
            "text/csv",
            "text/plain",
            "application/octet-stream",
            "application/geo+json",
            "application/vnd.pgrst.plan",
            "application/vnd.pgrst.plan+json; options=analyze|verbose|buffers",
            "application/openapi+json",
            "*/*");

    private CanaryRequests() {}

    /** One request; its writes are rolled back. */
    record Ask(String method, String path, String body, List<String> headers) {
        Ask with(String... more) {
            List<String> all = new ArrayList<>(headers);
            all.addAll(List.of(more));
            return new Ask(method, path, body, all);
        }
    }

    private static Ask get(String path) {
        return new Ask("GET", path, "", List.of());
    }

    private static Ask write(String method, String path, String body, String prefer) {
        return new Ask(method, path, body, List.of("Prefer", "tx=rollback, " + prefer));
    }

    static List<Ask> reads() {
        List<Ask> asks = new ArrayList<>();
        for (String table : OWN_ROWS.keySet()) {
            String key = table.equals("lines") ? "orders" : table.equals("profiles") ? "account" : "id";
            for (String query : List.of(
                    "",
                    "?" + key + "=eq.1",
                    "?" + key + "=lt.5",
                    "?tenant=eq.a",
                    "?tenant=neq.b",
                    "?order=" + key + ".desc&limit=1",
                    "?limit=1&offset=3",
                    "?select=count()",
                    "?select=tenant,count()",
                    "?select=tenant.max()",
                    "?select=" + key + ".sum(),tenant.min()",
                    "?or=(" + key + ".eq.1,tenant.eq.a)",
                    "?not.and=(" + key + ".gt.10)",
                    "?tenant=like.*",
                    "?select=tenant::int",
                    "?select=*," + key + "::text",
                    "?" + key + "=eq.x",
                    "?nonsense=eq.1")) {
                Ask ask = get("/" + table + query);
                boolean fully = query.isEmpty() || query.startsWith("?" + key);
                for (String format : fully ? FORMATS : FORMATS.subList(0, 1)) asks.add(ask.with("Accept", format));
                for (String count : fully ? List.of("exact", "planned", "estimated") : List.of("exact")) {
                    asks.add(ask.with("Prefer", "count=" + count));
                    asks.add(new Ask("HEAD", ask.path(), "", List.of("Prefer", "count=" + count)));
                }
            }
            asks.add(get("/" + table).with("Range", "0-9"));
            asks.add(get("/" + table).with("If-None-Match", "*"));
            asks.add(new Ask("OPTIONS", "/" + table, "", List.of()));
        }
        for (String format : FORMATS) asks.add(get("/").with("Accept", format));
        return asks;
    }

    static List<Ask> embeds() {
        List<Ask> asks = new ArrayList<>();
        for (String query : List.of(
                "/accounts?select=*,orders(*,lines(*)),profiles(*)",
                "/accounts?select=id,orders!inner(note)&orders.note=like.*A*",
                "/accounts?select=id,orders(count)",
                "/accounts?select=id,orders(id.count(),amount.sum())",
                "/accounts?select=label,orders()&orders=not.is.null",
                "/accounts?select=id,...profiles(bio)",
                "/accounts?select=id,...orders(note)",
                "/orders?select=*,accounts(*)&order=accounts(secret)",
                "/orders?select=*,accounts!inner(secret)&accounts.balance=gt.1000",
                "/orders?select=*,accounts(secret)&accounts.secret=like.*A*",
                "/orders?select=...accounts(secret,label)",
                "/lines?select=*,orders(*,accounts(*,profiles(*)))",
                "/profiles?select=*,accounts(secret,orders(*))",
                "/orders?select=accounts(secret)&accounts=is.null",
                "/open_orders?select=*,accounts(*)",
                "/accounts?select=doc->>k,tags->0,key,opened&doc->>k=like.*A*",
                "/accounts?tags=cs.{CANARY}",
                "/accounts?select=secret::int",
                "/accounts?secret=fts.canary",
                "/accounts?secret=match.A",
                "/accounts?label=like.*A*",
                "/bookings?during=ov.[1987-01-01,1988-01-01]")) {
            for (String format : FORMATS) asks.add(get(query).with("Accept", format));
            asks.add(get(query).with("Prefer", "count=exact"));
            asks.add(get(query).with("Prefer", "count=planned"));
        }
        return asks;
    }

    static List<Ask> calls() {
        List<Ask> asks = new ArrayList<>();
        for (String query : List.of(
                "/rpc/my_accounts",
                "/rpc/my_accounts?id=eq.1",
                "/rpc/my_accounts?select=secret,orders(note)&order=balance.desc",
                "/rpc/my_accounts?select=count()",
                "/rpc/my_accounts?select=balance.sum()",
                "/rpc/secret_of?id=1",
                "/rpc/total?of_account=1",
                "/rpc/total?iddencanary_id=1",
                "/rpc/total",
                "/rpc/iddencanary_total",
                "/rpc/idden",
                "/rpc/rename_all?label=x",
                "/rpc/label",
                "/rpc/tenant")) {
            for (String format : FORMATS) asks.add(get(query).with("Accept", format, "Prefer", "count=exact"));
        }
        for (String prefer : List.of("count=exact", "params=single-object", "handling=strict, max-affected=1")) {
            asks.add(write("POST", "/rpc/my_accounts", "{}", prefer));
            asks.add(write("POST", "/rpc/rename_all", "{\"label\":\"x\"}", prefer));
            asks.add(write("POST", "/rpc/secret_of", "{\"id\":1}", prefer));
            asks.add(write("POST", "/rpc/secret_of", "{\"id\":\"x\"}", prefer));
            asks.add(write("POST", "/rpc/total", "{\"iddencanary_id\":1}", prefer));
            asks.add(write("POST", "/rpc/total", "{\"hidden\":1}", prefer));
        }
        return asks;
    }

    /** Writes that meet rows of the other tenant: by their key, a unique value, a reference, an overlapping range. */
    static List<Ask> writes() {
        List<Ask> asks = new ArrayList<>();
        String account = "{\"id\":%s,\"email\":\"%s\",\"secret\":\"mine\",\"balance\":%s}";
        List<String> accounts = List.of(
                account.formatted(1, "new@example.org", 1),
                account.formatted(99, "mail1@example.org", 1),
                account.formatted(99, "new@example.org", -1),
                account.formatted(99, "new@example.org", "null"),
                "{\"id\":99,\"email\":\"n@example.org\",\"secret\":null}",
                "{\"id\":1,\"tenant\":\"a\",\"email\":\"mail1@example.org\",\"secret\":\"x\"}",
                "[" + account.formatted(98, "n@example.org", 1) + "," + account.formatted(1, "m@example.org", 1) + "]");
        for (String resolution : List.of(
                "return=representation",
                "return=headers-only",
                "return=minimal",
                "return=representation, resolution=merge-duplicates",
                "return=representation, resolution=ignore-duplicates",
                "return=representation, missing=default, count=exact")) {
            for (String body : accounts) {
                asks.add(write("POST", "/accounts", body, resolution));
                asks.add(write("POST", "/accounts?on_conflict=email", body, resolution));
                asks.add(write("PUT", "/accounts?id=eq.1", body, resolution));
            }
            asks.add(write(
                    "POST", "/orders?select=*,accounts(*)", "{\"id\":99,\"account\":1,\"note\":\"n\"}", resolution));
            asks.add(write(
                    "POST", "/orders?select=*,accounts(*)", "{\"id\":99,\"account\":777,\"note\":\"n\"}", resolution));
            asks.add(write("POST", "/orders", "{\"id\":1,\"account\":11,\"note\":\"n\"}", resolution));
            asks.add(write(
                    "POST", "/orders?on_conflict=tenant,note", "{\"id\":1,\"account\":11,\"note\":\"n\"}", resolution));
            asks.add(write(
                    "POST",
                    "/lines?select=*,orders(*,accounts(*))",
                    "{\"orders\":1,\"number\":2,\"what\":\"w\"}",
                    resolution));
            asks.add(write("POST", "/lines", "{\"orders\":1,\"number\":1,\"what\":\"w\"}", resolution));
            asks.add(write(
                    "POST",
                    "/bookings",
                    "{\"id\":99,\"room\":1,\"during\":\"[1980-01-01Z,1990-01-01Z)\",\"guest\":\"g\"}",
                    resolution));
            asks.add(write("POST", "/events", "{\"id\":1,\"kind\":\"a\",\"what\":\"w\"}", resolution));
            asks.add(write("POST", "/events", "{\"id\":1,\"kind\":\"zz\",\"what\":\"w\"}", resolution));
            asks.add(write("POST", "/profiles", "{\"account\":1,\"bio\":\"b\"}", resolution));
            asks.add(write("POST", "/subscriptions", "{\"id\":1,\"plan\":7}", resolution));
            asks.add(write("POST", "/cards?select=id", "{\"id\":1,\"holder\":\"h\",\"pin\":\"p\"}", resolution));
            asks.add(write("POST", "/cards?select=id", "{\"id\":9,\"holder\":\"h\",\"pin\":\"known\"}", resolution));
            asks.add(write(
                    "POST",
                    "/cards?select=id&on_conflict=pin",
                    "{\"id\":9,\"holder\":\"h\",\"pin\":\"known\"}",
                    resolution));
            asks.add(write("POST", "/cards?select=id", "{\"id\":9,\"holder\":\"h\",\"pin\":\"bad\"}", resolution));
        }
        for (String prefer :
                List.of("return=representation, count=exact", "return=minimal", "handling=strict, max-affected=1")) {
            for (String filter :
                    List.of("id=eq.1", "id=gt.0", "tenant=eq.a", "secret=like.*A*", "or=(id.eq.1,id.eq.11)")) {
                for (String body : List.of(
                        "{\"secret\":\"x\"}",
                        "{\"tenant\":\"a\"}",
                        "{\"id\":1}",
                        "{\"email\":\"mail1@example.org\"}",
                        "{\"balance\":-1}",
                        "{\"secret\":null}",
                        "{\"doc\":null,\"nonsense\":1}")) {
                    asks.add(write("PATCH", "/accounts?select=*,orders(*)&" + filter, body, prefer));
                }
                asks.add(write("DELETE", "/accounts?select=*,orders(*)&" + filter, "", prefer));
            }
            asks.add(write("PATCH", "/orders?id=eq.11", "{\"account\":1}", prefer));
            asks.add(write("PATCH", "/orders?id=eq.11&select=*,accounts(*)", "{\"id\":1}", prefer));
            asks.add(write(
                    "PATCH", "/bookings?id=eq.11", "{\"room\":1,\"during\":\"[1900-01-01Z,2100-01-01Z)\"}", prefer));
            asks.add(write("PATCH", "/events?id=eq.11", "{\"id\":1}", prefer));
            asks.add(write("PATCH", "/events?id=eq.11", "{\"kind\":\"zz\"}", prefer));
            asks.add(write("PATCH", "/cards?id=eq.1&select=id", "{\"holder\":null}", prefer));
            asks.add(write("PATCH", "/cards?id=eq.1", "{\"pin\":\"known\"}", prefer));
            asks.add(write("PATCH", "/cards?id=eq.1", "{\"pin\":\"bad\"}", prefer));
            asks.add(write("DELETE", "/accounts?id=eq.13", "", prefer));
            asks.add(write("DELETE", "/accounts?id=eq.12", "", prefer));
            asks.add(write("DELETE", "/orders?id=eq.1", "", prefer));
            asks.add(write("DELETE", "/cards?id=eq.1", "", prefer));
        }
        return asks;
    }

    /** Names that are nearly those of what the role cannot see: nothing may complete them. */
    static List<Ask> guesses() {
        List<Ask> asks = new ArrayList<>();
        for (String path : List.of(
                "/iddencanary_ledger",
                "/hidden_canary_ledger",
                "/ledger",
                "/accounts?select=iddencanary_ledger(id)",
                "/accounts?select=ledger(id)",
                "/accounts?select=hidden(id)",
                "/accounts?select=*,id_ledger(*)",
                "/cards",
                "/cards?select=pi",
                "/cards?select=*",
                "/cards?select=pin",
                "/cards?pin=eq.x",
                "/cards?order=pin",
                "/cards?select=id&pin=like.*",
                "/cards?select=pin.max()",
                "/cards?select=pin.count()",
                "/cards?select=cards",
                "/rpc/iddencanary_total?accounts_id=1",
                "/rpc/total?a=1&b=2",
                "/rpc/hidden",
                "/hidden",
                "/")) {
            for (String format : FORMATS.subList(0, 5)) asks.add(get(path).with("Accept", format));
            asks.add(write("POST", path, "{\"iddencanary_id\":1}", "return=representation"));
            asks.add(write("PATCH", path, "{\"pin\":\"x\"}", "return=representation"));
            asks.add(write("DELETE", path, "", "return=representation"));
            asks.add(get(path).with("Accept-Profile", "hidden"));
        }
        return asks;
    }
}
