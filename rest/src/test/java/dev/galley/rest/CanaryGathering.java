package dev.galley.rest;

import dev.galley.rest.CanaryRequests.Ask;
import java.util.ArrayList;
import java.util.List;

/** What PostgREST does not have: groups with conditions, rows shown once, orders by aggregates, and rows that are inserted inside others. */
final class CanaryGathering {
    private CanaryGathering() {}

    static List<Ask> all() {
        List<Ask> asks = new ArrayList<>();
        for (String path : List.of(
                "/accounts?select=tenant&distinct",
                "/accounts?select=secret,email&distinct=tenant&order=tenant,id",
                "/accounts?select=*&distinct=doc->>k",
                "/orders?select=accounts(secret)&distinct",
                "/orders?select=note,accounts(*)&distinct=account",
                "/accounts?select=tenant,count()&having=count().gt.3",
                "/accounts?select=tenant,balance.max()&having=balance.max().gt.9182735",
                "/accounts?select=tenant&having=secret.max().like.*A*",
                "/accounts?select=tenant&having=not.or(count().lt.4,secret.min().is.null)",
                "/accounts?select=id&order=balance.max().desc,secret.min()",
                "/accounts?select=id,orders(note)&orders.distinct=tenant&orders.order=tenant",
                "/accounts?select=id,orders(note)&orders.having=amount.sum().gt.0",
                "/orders?select=account&having=note.max().gt.C",
                "/cards?select=holder&having=pin.max().gt.a",
                "/cards?select=holder&order=pin.max()",
                "/cards?select=holder&distinct=pin",
                "/events?select=kind&distinct",
                "/open_orders?select=secret&distinct")) {
            for (String prefer : List.of("count=exact", "count=planned", "tx=rollback")) {
                asks.add(new Ask("GET", path, "", List.of("Prefer", prefer)));
                asks.add(new Ask("HEAD", path, "", List.of("Prefer", prefer)));
            }
        }
        for (String returns : List.of("return=representation", "return=minimal", "return=headers-only")) {
            nested(
                    asks,
                    "/accounts?select=*,orders(*,accounts(*))",
                    account("\"orders\":[{\"id\":99,\"note\":\"n\"}]"),
                    returns);
            nested(asks, "/accounts?select=*,orders(*)", account("\"orders\":[{\"id\":1,\"note\":\"n\"}]"), returns);
            nested(
                    asks,
                    "/accounts?select=*,orders(*)",
                    account("\"orders\":[{\"id\":99,\"account\":1,\"note\":\"n\"}]"),
                    returns);
            nested(asks, "/accounts?select=*", account("\"hidden\":[{\"id\":1}]"), returns);
            nested(asks, "/accounts?select=*", account("\"iddencanary_ledger\":[{\"id\":1}]"), returns);
            nested(
                    asks,
                    "/accounts?select=*,profiles(*)",
                    account("\"profiles\":{\"bio\":\"b\",\"tenant\":\"a\"}"),
                    returns);
            nested(
                    asks,
                    "/orders?select=*,accounts(*)",
                    "{\"id\":99,\"note\":\"n\",\"accounts\":{\"id\":1,\"email\":\"e\",\"secret\":\"s\"}}",
                    returns);
            nested(
                    asks,
                    "/orders?select=*,accounts(*)",
                    "{\"id\":99,\"note\":\"n\",\"accounts\":{\"id\":99,\"email\":\"mail1@example.org\",\"secret\":\"s\"}}",
                    returns);
            nested(
                    asks,
                    "/orders?select=*,accounts(*),lines(*)",
                    "{\"id\":1,\"note\":\"n\",\"account\":11,\"lines\":[{\"number\":1,\"what\":\"w\"}]}",
                    returns);
            nested(asks, "/subscriptions", "{\"id\":1,\"hidden_plans\":{\"id\":1}}", returns);
        }
        return asks;
    }

    private static String account(String inside) {
        return "{\"id\":99,\"email\":\"new@example.org\",\"secret\":\"mine\"," + inside + "}";
    }

    private static void nested(List<Ask> asks, String path, String body, String returns) {
        asks.add(new Ask("POST", path, body, List.of("Prefer", "tx=rollback, " + returns)));
        asks.add(new Ask(
                "POST",
                path,
                "[" + body + "]",
                List.of("Prefer", "tx=rollback, resolution=merge-duplicates, " + returns)));
    }
}
