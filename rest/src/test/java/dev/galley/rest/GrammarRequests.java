package dev.galley.rest;

import dev.galley.http.JsonText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes requests over the whole grammar for the schema of {@code grammar.sql}. The first source of chance decides the shape of a
 * request, the second its values only: two requests made from the same shape must become the same SQL.
 */
final class GrammarRequests {
    /** Stands in every text that is a value. Never in SQL. */
    static final String VALUE = "vvalue";

    /** Begins every number that is a value. Never in SQL. */
    static final String NUMBER = "77707";

    private static final Map<String, List<String>> COLUMNS = Map.of(
            "Zq Owner", List.of("Zq id", "Zq name", "Zq select", "Zq mood"),
            "Zq Item",
                    List.of(
                            "Zq id",
                            "Zq owner",
                            "Zq \"text",
                            "Zq num",
                            "Zq day",
                            "Zq tags",
                            "Zq span",
                            "Zq doc",
                            "Zq key",
                            "Zq on",
                            "Zq upper"),
            "Zq Link", List.of("Zq a", "Zq b"),
            "Zq View", List.of("Zq id", "Zq owner", "Zq num"));
    private static final Map<String, List<String>> RELATED = Map.of(
            "Zq Owner", List.of("Zq Item", "Zq Link", "Zq Item", "Zq Link", "Zq View"),
            "Zq Item", List.of("Zq Owner", "Zq Link", "Zq Owner", "Zq Link", "Zq Item"),
            "Zq Link", List.of("Zq Item", "Zq Owner", "Zq View"),
            "Zq View", List.of("Zq Owner"));
    private static final List<String> TABLES = List.of("Zq Owner", "Zq Item", "Zq Link", "Zq View");
    private static final List<String> AWKWARD =
            List.of("Zq\"; drop table x; --", "Zq' or 1=1", "Zq/*", "Zq\\", "Zq$$", "Zq ü", "Zq.)(,", "Zq:: ->>");

    private final Random shape;
    private final Random values;

    GrammarRequests(long shapeSeed, long valueSeed) {
        shape = new Random(shapeSeed);
        values = new Random(valueSeed);
    }

    record Ask(String method, String path, String body, List<String> headers) {}

    Ask next() {
        List<String> headers = new ArrayList<>();
        headers.addAll(List.of("X-Caller", "Zq role"));
        if (chance(2)) headers.addAll(List.of("Prefer", preferences()));
        if (chance(5)) headers.addAll(List.of("Accept", accept()));
        if (chance(8)) headers.addAll(List.of("Range", pick("0-4", "3-", "5-2", "x", "0-99999999999999999999")));
        if (chance(40)) headers.addAll(List.of(pick("Accept-Profile", "Content-Profile"), pick("public", "Zq none")));
        return chance(6) ? call(headers) : onTable(headers);
    }

    private Ask onTable(List<String> headers) {
        String table = chance(40) ? pick(AWKWARD) : pick(TABLES);
        String method = pick(
                "GET",
                "GET",
                "GET",
                "GET",
                "GET",
                "HEAD",
                "POST",
                "POST",
                "PATCH",
                "DELETE",
                "PUT",
                chance(5) ? "FOO" : "OPTIONS");
        List<String> query = new ArrayList<>();
        if (chance(1, 3)) query.add("select=" + encoded(select(table, 0)));
        filters(table, "", query);
        if (method.equals("POST") && chance(3)) query.add("on_conflict=" + encoded(column(table)));
        if (method.equals("POST") && chance(4)) query.add("columns=" + encoded(column(table) + "," + column(table)));
        if (method.equals("PUT")) query = List.of(encoded(quoted("Zq id")) + "=eq." + number());
        boolean writes = method.equals("POST") || method.equals("PATCH") || method.equals("PUT");
        String body = "";
        if (writes) {
            boolean csv = chance(8);
            headers.addAll(List.of("Content-Type", csv ? "text/csv" : "application/json"));
            body = csv ? csv(table) : json(table);
        }
        return new Ask(method, "/" + encoded(table) + "?" + String.join("&", query), body, headers);
    }

    private Ask call(List<String> headers) {
        String function = pick("Zq add", "Zq rows", "Zq all", "Zq body", "Zq none");
        String method = pick("GET", "GET", "POST", "POST", "HEAD", "PUT");
        List<String> query = new ArrayList<>();
        List<String> names = switch (function) {
            case "Zq add" -> chance(2) ? List.of("Zq x") : List.of("Zq x", "Zq y");
            case "Zq rows" -> List.of("Zq most");
            default -> List.of(pick("Zq v", "Zq wrong"));
        };
        if (!method.equals("POST")) names.forEach(name -> query.add(encoded(name) + "=" + number()));
        if (function.equals("Zq rows")) {
            if (chance(2)) query.add("select=" + encoded(select("Zq Item", 0)));
            filters("Zq Item", "", query);
        }
        String body = "";
        if (method.equals("POST")) {
            headers.addAll(List.of("Content-Type", "application/json"));
            body = names.stream()
                    .map(name -> JsonShown.quoted(name) + ":" + number())
                    .collect(Collectors.joining(",", "{", "}"));
        }
        return new Ask(method, "/rpc/" + encoded(function) + "?" + String.join("&", query), body, headers);
    }

    private String select(String table, int depth) {
        return IntStream.rangeClosed(1, 1 + shape.nextInt(3))
                .mapToObj(i -> item(table, depth))
                .collect(Collectors.joining(","));
    }

    private String item(String table, int depth) {
        String alias = chance(3) ? quoted(chance(3) ? pick(AWKWARD) : "Zq alias") + ":" : "";
        if (depth < 4 && chance(3)) {
            String target = pick(RELATED.getOrDefault(table, TABLES));
            String mark = pick(
                    "",
                    "",
                    "",
                    "",
                    "!inner",
                    "!inner",
                    "!left",
                    "!left",
                    "!" + quoted("Zq Item_Zq owner_fkey"),
                    "!" + quoted(pick(AWKWARD)));
            boolean spread = chance(5);
            return (spread ? "..." : alias) + quoted(target) + mark + "(" + select(target, depth + 1) + ")";
        }
        return switch (shape.nextInt(14)) {
            case 0 -> "*";
            case 1 -> alias + column(table) + "::" + pick("text", "int", "Zq Mood", "numeric(5,2)", "Zq nothing");
            case 2 -> alias + quoted("Zq doc") + pick("->a->b", "->>a", "->a->0", "->" + quoted(pick(AWKWARD)));
            case 3 ->
                alias + column(table) + "." + pick("sum", "avg", "count", "max", "min") + "()" + pick("", "::text");
            case 4 -> alias + "count()";
            default -> alias + column(table);
        };
    }

    private void filters(String table, String prefix, List<String> query) {
        for (int i = shape.nextInt(3); i > 0; i--) {
            if (chance(4)) {
                query.add(prefix + pick("or", "and", "not.or", "not.and") + "=" + encoded(tree(table, 0)));
            } else {
                query.add(prefix + encoded(field(table)) + "=" + encoded(pick("", "", "not.") + operation()));
            }
        }
        if (chance(3)) query.add(prefix + "order=" + encoded(order(table)));
        if (chance(4)) query.add(prefix + "limit=" + pick("0", "1", "5", "7", "999999999999", chance(2) ? "-1" : "x"));
        if (chance(5)) query.add(prefix + "offset=" + pick(() -> number(), () -> "-3"));
        if (prefix.isEmpty() && chance(10)) filters(pick(TABLES), encoded(quoted(pick(TABLES))) + ".", query);
    }

    private String tree(String table, int depth) {
        return IntStream.rangeClosed(1, 1 + shape.nextInt(3))
                .mapToObj(i -> depth < 3 && chance(4)
                        ? pick("or", "and", "not.and") + tree(table, depth + 1)
                        : field(table) + "." + pick("", "not.") + logicOperation())
                .collect(Collectors.joining(",", "(", ")"));
    }

    private String field(String table) {
        return chance(8) && table.equals("Zq Item") ? quoted("Zq doc") + pick("->>a", "->a->>b", "->0") : column(table);
    }

    private String operation() {
        return switch (shape.nextInt(7)) {
            case 0 -> "in.(" + value() + "," + quoted(value()) + ")";
            case 1 -> "is." + pick("null", "not_null", "true", "false", "unknown", "nonsense");
            case 2 -> pick("fts", "plfts", "phfts", "wfts") + pick("", "(english)", "(Zq config)") + "." + value();
            case 3 -> pick("eq", "gt", "like", "ilike", "match") + pick("(any)", "(all)") + ".{" + value() + "}";
            case 4 ->
                pick("cs", "cd", "ov") + "."
                        + pick(() -> "{" + value() + "}", () -> "[" + number() + "," + number() + "]");
            case 5 -> pick("sl", "sr", "nxr", "nxl", "adj") + ".[1," + number() + ")";
            default ->
                pick(
                                "eq",
                                "neq",
                                "gt",
                                "gte",
                                "lt",
                                "lte",
                                "like",
                                "ilike",
                                "match",
                                "imatch",
                                "isdistinct",
                                chance(5) ? "nonsense" : "eq")
                        + "." + pick(this::value, this::number);
        };
    }

    private String logicOperation() {
        return chance(2) ? "eq." + quoted(value()) : pick("gt.", "lt.", "neq.") + number();
    }

    private String order(String table) {
        return pick(
                        () -> column(table),
                        () -> column(table),
                        () -> column(table),
                        () -> quoted(pick(TABLES)) + "(" + column("Zq Owner") + ")")
                + pick("", ".asc", ".desc", ".desc.nullslast", ".nullsfirst", chance(5) ? ".nonsense" : "");
    }

    private String json(String table) {
        List<String> names = new ArrayList<>();
        for (int i = shape.nextInt(4); i > 0; i--) names.add(bare(table));
        Supplier<String> object = () -> names.stream()
                .distinct()
                .map(name -> JsonShown.quoted(name) + ":"
                        + pick(() -> number(), () -> "null", () -> JsonShown.quoted(value())))
                .collect(Collectors.joining(",", "{", "}"));
        return pick(object, () -> "[" + object.get() + "]", () -> "[]", () -> "{", () -> VALUE);
    }

    private String csv(String table) {
        return '"' + bare(table).replace("\"", "\"\"") + "\"\n" + number() + "\n" + value() + "\n";
    }

    private String preferences() {
        return IntStream.rangeClosed(0, shape.nextInt(3))
                .mapToObj(i -> pick(
                        "return=representation",
                        "return=minimal",
                        "return=headers-only",
                        "count=exact",
                        "count=planned",
                        "count=estimated",
                        "resolution=merge-duplicates",
                        "resolution=ignore-duplicates",
                        "missing=default",
                        "handling=strict",
                        "handling=lenient",
                        "max-affected=1",
                        "timezone=Europe/Berlin",
                        "timezone=Zq",
                        "tx=rollback"))
                .collect(Collectors.joining(", "));
    }

    private String accept() {
        return pick(
                "*/*",
                "text/csv",
                "application/vnd.pgrst.object+json",
                "application/vnd.pgrst.array+json;nulls=stripped",
                "text/csv",
                "text/plain",
                "image/png",
                "application/vnd.pgrst.plan+json",
                "text/csv;q=x, */*;q=0.1");
    }

    private String column(String table) {
        return quoted(bare(table));
    }

    private String bare(String table) {
        return chance(80) ? pick(AWKWARD) : pick(COLUMNS.getOrDefault(table, List.of("Zq id")));
    }

    private String value() {
        String[] ends = {"", "'; drop table x; --", "\"", "\\", "%", "*", "$1", "/*", "ü", "x y"};
        return VALUE + ends[values.nextInt(ends.length)];
    }

    private String number() {
        return NUMBER + values.nextInt(1000);
    }

    private static String quoted(String name) {
        return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private boolean chance(int oneIn) {
        return chance(1, oneIn);
    }

    private boolean chance(int times, int oneIn) {
        return shape.nextInt(oneIn) < times;
    }

    private String pick(String... of) {
        return of[shape.nextInt(of.length)];
    }

    private String pick(List<String> of) {
        return of.get(shape.nextInt(of.size()));
    }

    @SafeVarargs
    private String pick(Supplier<String>... of) {
        return of[shape.nextInt(of.length)].get();
    }

    /** Text as JSON. */
    private static final class JsonShown {
        static String quoted(String text) {
            StringBuilder json = new StringBuilder();
            JsonText.quote(json, text);
            return json.toString();
        }
    }
}
