package dev.galley.rest;

import dev.galley.http.JsonText;
import dev.galley.rest.CanaryRequests.Ask;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The same requests as steps of transactions, and steps that use each other's results to reach what is another's. */
final class CanaryTransactions {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE");
    private static final List<String> UNDONE = List.of("Prefer", "tx=rollback");

    private CanaryTransactions() {}

    /** Each behind a read of the caller's own rows and one by a function. */
    static List<Ask> behindOthers() {
        return Stream.of(
                        CanaryRequests.reads(),
                        CanaryRequests.embeds(),
                        CanaryRequests.calls(),
                        CanaryRequests.writes(),
                        CanaryGathering.all(),
                        CanaryRequests.guesses())
                .flatMap(List::stream)
                .filter(ask -> METHODS.contains(ask.method()) && isJson(ask.headers()))
                .map(CanaryTransactions::step)
                .map(step -> tx("{'name':'own','method':'GET','path':'/accounts?select=id,secret'},"
                        + "{'method':'POST','path':'/rpc/tenant','body':{}}," + step))
                .toList();
    }

    private static boolean isJson(List<String> headers) {
        int accept = headers.indexOf("Accept");
        return headers.stream().allMatch(each -> !each.equals("Range") && !each.equals("If-None-Match"))
                && (accept < 0 || headers.get(accept + 1).contains("json"));
    }

    private static String step(Ask ask) {
        StringBuilder step = new StringBuilder("{'method':'" + ask.method() + "','path':" + quoted(ask.path()));
        for (int i = 0; i < ask.headers().size(); i += 2) {
            String value = ask.headers().get(i + 1).replaceFirst("tx=rollback(, )?", "");
            switch (ask.headers().get(i)) {
                case "Prefer" -> step.append(value.isEmpty() ? "" : ",'prefer':" + quoted(value));
                case "Accept" -> step.append(",'accept':").append(quoted(value));
                default -> step.append(",'schema':").append(quoted(value));
            }
        }
        if (!ask.body().isEmpty()) step.append(",'body':").append(ask.body());
        return step.append('}').toString();
    }

    private static String quoted(String text) {
        return JsonText.quoted(text);
    }

    private static Ask tx(String steps) {
        return new Ask("POST", "/tx", "{\"steps\":[" + outerQuotes(steps) + "]}", UNDONE);
    }

    /** Single quotes that are not inside a quoted text. */
    private static String outerQuotes(String text) {
        StringBuilder json = new StringBuilder(text.length());
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' && (i == 0 || text.charAt(i - 1) != '\\')) quoted = !quoted;
            json.append(c == '\'' && !quoted ? '"' : c);
        }
        return json.toString();
    }

    /** Values of the caller's own rows, of functions and of errors, put where they may name rows of the other tenant. */
    static List<Ask> byReference() {
        List<Ask> asks = new ArrayList<>();
        String own = "{'name':'own','method':'GET','path':'/accounts?select=*&order=id&limit=1'},";
        String all = "{'name':'all','method':'GET','path':'/rpc/my_accounts'},";
        for (String use : List.of(
                "{'method':'GET','path':'/accounts','query':{'id':{'lt':{'$ref':'own.id'}}},'prefer':'count=exact'}",
                "{'method':'GET','path':'/accounts','query':{'tenant':{'neq':{'$ref':'own.tenant'}}}}",
                "{'method':'GET','path':'/orders?select=*,accounts(*)','query':{'account':{'not.in':{'$ref':'all[*].id'}}}}",
                "{'method':'GET','path':'/rpc/secret_of','query':{'id':1}}",
                "{'method':'POST','path':'/rpc/secret_of','body':{'id':{'$ref':'own.tags[0]'}}}",
                "{'method':'POST','path':'/rpc/total','body':{'of_account':{'$ref':'own.secret'}}}",
                "{'method':'PATCH','path':'/accounts?select=*','query':{'id':{'neq':{'$ref':'own.id'}}},'body':{'id':1},'prefer':'return=representation'}",
                "{'method':'PATCH','path':'/accounts?id=gt.0','body':{'email':{'$ref':'own.email'}}}",
                "{'method':'DELETE','path':'/accounts','query':{'id':{'lt':{'$ref':'own.id'}}},'expect':{'rows':5}}",
                "{'method':'GET','path':'/accounts','query':{'secret':{'like':'*A*'}},'expect':{'rows':{'min':1}}}",
                "{'method':'POST','path':'/orders','body':{'id':99,'account':1,'note':{'$ref':'own.secret'}}}",
                "{'method':'POST','path':'/accounts','body':{'id':1,'email':{'$ref':'own.email'},'secret':'s'}}",
                "{'method':'POST','path':'/accounts','body':{'id':99,'email':'mail1@example.org','secret':{'$ref':'own'}},'prefer':'resolution=merge-duplicates'}",
                "{'method':'PUT','path':'/accounts?id=eq.1','body':{'id':1,'email':'mail1@example.org','secret':'s','tenant':'a'}}",
                "{'method':'GET','path':'/cards','query':{'holder':{'eq':{'$ref':'own.pin'}}}}",
                "{'method':'GET','path':'/cards','query':{'pin':{'neq':{'$ref':'own.secret'}}}}",
                "{'name':'x','method':'POST','path':'/cards?select=id','body':{'id':9,'holder':'h','pin':'p'}},"
                        + "{'method':'GET','path':'/cards?select=id','query':{'holder':{'eq':{'$ref':'x.pin'}}}}",
                "{'method':'GET','path':'/iddencanary_ledger','query':{'id':{'eq':{'$ref':'own.id'}}}}",
                "{'method':'GET','path':'/accounts','query':{'hidden':{'eq':{'$ref':'own.id'}}}}",
                "{'method':'GET','path':'/accounts','schema':'pg_catalog'}",
                "{'method':'GET','path':'/tx'}")) {
            asks.add(tx(own + all + use));
            asks.add(new Ask(
                    "POST",
                    "/tx",
                    tx(own + all + use).body(),
                    List.of("Prefer", "tx=rollback", "Idempotency-Key", "key")));
        }
        return asks;
    }
}
