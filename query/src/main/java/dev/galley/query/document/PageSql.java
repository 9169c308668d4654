package dev.galley.query.document;

import dev.galley.query.Parameters;
import dev.galley.query.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A page as SQL: its rows in a subquery, one more than wanted where it is asked whether there are more; what is about all rows in
 * subqueries beside it.
 */
final class PageSql {
    private static final String NUMBER = "n";
    private static final String CURSOR = "c";
    private static final int BOOLEAN = 16;

    private final ReadSql reads;
    private final ConditionSql conditions;
    private final Parameters parameters;

    PageSql(ReadSql reads, ConditionSql conditions, Parameters parameters) {
        this.reads = reads;
        this.conditions = conditions;
        this.parameters = parameters;
    }

    String sql(Paging paging, List<Member.OfPage> members, Optional<Around> outer) {
        return new Writer(paging, members, outer).sql();
    }

    /** One page. */
    private final class Writer {
        private final Paging paging;
        private final List<Member.OfPage> members;
        private final Around row;
        private final String page;
        private final String from;
        private final String condition;
        private final Optional<String> behind;
        private final Optional<String> offset;
        private final String limit;
        private final boolean readsRows;
        private final boolean oneMore;
        private final List<String> columns = new ArrayList<>();

        Writer(Paging paging, List<Member.OfPage> members, Optional<Around> outer) {
            this.paging = paging;
            this.members = members;
            this.row = Around.table(reads.relation(paging.source().relation()), reads.alias());
            this.page = reads.alias();
            this.readsRows = has(Member.Edges.class) || has(Member.PageInfo.class);
            boolean readsAny = readsRows
                    || has(Member.TotalCount.class)
                    || has(Member.Aggregates.class)
                    || has(Member.Groups.class);
            // A parameter that no part uses would be one too many.
            this.from = readsAny ? reads.from(paging.source(), row, outer) : "";
            this.condition = readsAny ? reads.condition(paging.source(), paging.where(), row, outer) : "";
            this.behind = paging.cursor()
                    .filter(_ -> readsRows)
                    .map(cursor -> conditions.behind(paging.order(), paging.backwards(), cursor, row));
            this.offset = paging.offset().filter(_ -> readsRows).map(this::bigint);
            this.limit = readsRows ? bigint(paging.limit()) : "";
            this.oneMore = members.stream()
                    .anyMatch(member -> member.part() instanceof Member.PageInfo(var infos)
                            && infos.stream().anyMatch(info -> isAhead(info.fact())));
        }

        private boolean has(Class<? extends Member.Part> part) {
            return members.stream().anyMatch(member -> part.isInstance(member.part()));
        }

        private String bigint(Value value) {
            return "CAST(" + parameters.add(value) + " AS bigint)";
        }

        /** Whether the question is for rows behind the page, in the direction in which it is read. */
        private boolean isAhead(Member.PageFact info) {
            return paging.backwards() ? info instanceof Member.HasPreviousPage : info instanceof Member.HasNextPage;
        }

        String sql() {
            List<JsonSql.Pair> pairs = members.stream()
                    .map(member -> new JsonSql.Pair(member.key(), part(member.part())))
                    .toList();
            String object = JsonSql.object(pairs);
            return readsRows ? "(SELECT " + object + " FROM " + rows() + ")" : "(SELECT " + object + ")";
        }

        private String part(Member.Part part) {
            return switch (part) {
                case Member.Edges(var edges) -> edges(edges);
                case Member.PageInfo(var infos) ->
                    JsonSql.object(infos.stream()
                            .map(info -> new JsonSql.Pair(info.key(), info(info.fact())))
                            .toList());
                case Member.TotalCount _ -> "(SELECT count(*) FROM " + from + " WHERE " + condition + ")";
                case Member.Aggregates(var aggregates) ->
                    "(SELECT "
                            + JsonSql.object(aggregates.stream()
                                    .map(each -> new JsonSql.Pair(each.key(), aggregate(each.aggregate())))
                                    .toList())
                            + " FROM " + from + " WHERE " + condition + ")";
                case Member.Groups groups -> groups(groups);
                case Member.Fixed(var text) -> JsonSql.text(text);
            };
        }

        private String groups(Member.Groups groups) {
            String keys = groups.by().stream().map(row::column).collect(Collectors.joining(", "));
            String object = JsonSql.object(groups.members().stream()
                    .map(each -> new JsonSql.Pair(each.key(), group(each.group())))
                    .toList());
            // The numbers follow the order in which the subquery gives its groups.
            return "(SELECT coalesce(json_agg(g.o ORDER BY g." + NUMBER
                    + "), '[]'::json) FROM (SELECT q.o, row_number() OVER () AS "
                    + NUMBER + " FROM (SELECT " + object + " AS o FROM " + from + " WHERE " + condition + " GROUP BY "
                    + keys + " ORDER BY " + keys + " LIMIT " + bigint(groups.limit()) + ") q) g)";
        }

        private String group(Member.Group group) {
            return switch (group) {
                case Member.GroupValues(var values) ->
                    JsonSql.object(values.stream()
                            .map(each -> new JsonSql.Pair(each.key(), groupValue(each.value())))
                            .toList());
                case Member.OverGroup(var aggregate) -> aggregate(aggregate);
                case Member.Fixed(var text) -> JsonSql.text(text);
            };
        }

        private String groupValue(Member.GroupValue value) {
            return switch (value) {
                case Member.Grouped(var content) ->
                    content.map(field -> ReadSql.field(field.column(), field.labels(), row))
                            .orElse("NULL::text");
                case Member.Fixed(var text) -> JsonSql.text(text);
            };
        }

        private String edges(List<Member.OfEdge> edges) {
            String name = "e" + columns.size();
            String edge = JsonSql.object(edges.stream()
                    .map(each -> new JsonSql.Pair(each.key(), edge(each.edge())))
                    .toList());
            columns.add(edge + " AS " + name);
            return "coalesce(json_agg(" + page + "." + name + " ORDER BY " + number(paging.backwards()) + ")" + ofPage()
                    + ", '[]'::json)";
        }

        private String edge(Member.Edge edge) {
            return switch (edge) {
                case Member.Cursor _ -> cursor();
                case Member.Node(var node) -> reads.object(node, row);
                case Member.Fixed(var text) -> JsonSql.text(text);
            };
        }

        private String info(Member.PageFact info) {
            return switch (info) {
                case Member.StartCursor _ -> end(paging.backwards());
                case Member.EndCursor _ -> end(!paging.backwards());
                case Member.HasNextPage _ -> isAhead(info) ? ahead() : before();
                case Member.HasPreviousPage _ -> isAhead(info) ? ahead() : before();
                case Member.Fixed(var text) -> JsonSql.text(text);
            };
        }

        private String cursor() {
            return JsonSql.opaque(paging.order().stream()
                    .map(order -> "to_jsonb(" + conditions.by(order.by(), row) + ")")
                    .toList());
        }

        private String end(boolean last) {
            if (columns.stream().noneMatch(column -> column.endsWith(" AS " + CURSOR))) {
                columns.add(cursor() + " AS " + CURSOR);
            }
            return "(array_agg(" + page + "." + CURSOR + " ORDER BY " + number(last) + ")" + ofPage() + ")[1]";
        }

        private String ahead() {
            return "coalesce(bool_or(" + page + "." + NUMBER + " > " + limit + "), false)";
        }

        /** An empty page has nothing in front of it, as the protocol has it. */
        private String before() {
            List<String> reasons = new ArrayList<>();
            offset.ifPresent(rows -> reasons.add(rows + " > 0"));
            paging.cursor()
                    .filter(_ -> readsRows)
                    .map(cursor -> conditions.notBehind(paging.order(), paging.backwards(), cursor, row))
                    .ifPresent(earlier -> reasons.add(
                            "EXISTS (SELECT FROM " + from + " WHERE " + condition + " AND " + earlier + ")"));
            return reasons.isEmpty()
                    ? "false"
                    : "count(" + page + "." + NUMBER + ") > 0 AND (" + String.join(" OR ", reasons) + ")";
        }

        private String number(boolean descending) {
            return page + "." + NUMBER + (descending ? " DESC" : "");
        }

        private String ofPage() {
            return oneMore ? " FILTER (WHERE " + page + "." + NUMBER + " <= " + limit + ")" : "";
        }

        private String rows() {
            String order = paging.order().stream()
                    .map(each -> conditions.by(each.by(), row) + each.direction(paging.backwards()))
                    .collect(Collectors.joining(", "));
            String chosen = columns.isEmpty() ? "1 AS one" : String.join(", ", columns);
            String inner = "SELECT " + chosen + " FROM " + from + " WHERE " + condition
                    + behind.map(later -> " AND " + later).orElse("") + " ORDER BY " + order + " LIMIT " + limit
                    + (oneMore ? " + 1" : "")
                    + offset.map(rows -> " OFFSET " + rows).orElse("");
            // The numbers follow the order in which the subquery gives its rows.
            return "(SELECT q.*, row_number() OVER () AS " + NUMBER + " FROM (" + inner + ") q) " + page;
        }

        private String aggregate(Member.Aggregate aggregate) {
            return switch (aggregate) {
                case Member.Count _ -> "count(*)";
                case Member.Of(var function, var values) ->
                    JsonSql.object(values.stream()
                            .map(each -> new JsonSql.Pair(each.key(), aggregated(function, each.value())))
                            .toList());
                case Member.Fixed(var text) -> JsonSql.text(text);
            };
        }

        private String aggregated(Member.Function function, Member.AggregatedValue value) {
            return switch (value) {
                case Member.Aggregated(var column) -> {
                    boolean truth = ConditionSql.column(row, column).oid() == BOOLEAN;
                    String name = switch (function) {
                        case SUM, AVG -> function.name().toLowerCase(Locale.ROOT);
                        case MIN -> truth ? "bool_and" : "min";
                        case MAX -> truth ? "bool_or" : "max";
                    };
                    yield name + "(" + row.column(column) + (function == Member.Function.AVG ? "::numeric" : "") + ")";
                }
                case Member.Fixed(var text) -> JsonSql.text(text);
            };
        }
    }
}
