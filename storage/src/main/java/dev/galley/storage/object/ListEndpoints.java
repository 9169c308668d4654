package dev.galley.storage.object;

import dev.galley.storage.database.Query;
import dev.galley.storage.database.Row;
import dev.galley.storage.edge.JsonBody;
import dev.galley.storage.edge.Reply;
import dev.galley.storage.edge.StorageRequest;
import java.util.List;
import java.util.stream.Collectors;

/** Lists what the caller may see of a bucket. Prefixes are compared as they are: nothing in them is a pattern. */
public final class ListEndpoints {
    private static final int MOST_V1 = 1500;
    private static final int MOST_V2 = 1000;
    private static final String TIMES = "'updated_at', " + Times.sql("e.updated_at") + ", 'created_at', "
            + Times.sql("e.created_at") + ", 'last_accessed_at', " + Times.sql("e.last_accessed_at")
            + ", 'metadata', e.metadata)";
    private static final String V1 = "select coalesce(json_agg(json_build_object('name', e.name, 'id', e.id, " + TIMES
            + " order by e.position), '[]') from storage.search($1, $2, $3::int, 1, $4::int, $5, $6, $7) with ordinality"
            + " as e (name, id, updated_at, created_at, last_accessed_at, metadata, position)";
    private static final String CURSOR_TIMES = Times.sql("e.updated_at") + ", " + Times.sql("e.created_at");
    private static final String V2_FOLDERS = "select e.name, e.id, " + CURSOR_TIMES
            + ", case when e.id is null then json_build_object('key', e.key, 'name', e.name)"
            + " else json_build_object('key', e.key, 'name', e.name, 'id', e.id, " + TIMES + " end"
            + " from storage.search_v2($1, $2, $3::int, 1, $4, $5, $6, $7) with ordinality"
            + " as e (key, name, id, updated_at, created_at, last_accessed_at, metadata, position) order by e.position";
    private static final String V2_FLAT = "select e.name, e.id, " + CURSOR_TIMES
            + ", json_build_object('name', e.name, 'id', e.id, " + TIMES
            + " from galley.objects_flat($1, $2, $3::int, $4, $5, $6, $7) with ordinality"
            + " as e (name, id, updated_at, created_at, last_accessed_at, metadata, position) order by e.position";

    /** The entries of a folder, by offset. */
    public Reply pageByOffset(StorageRequest request) {
        JsonBody body = request.json();
        String prefix = body.required("prefix");
        JsonBody sort = body.object("sortBy").orElseGet(JsonBody::empty);
        Row page = request.session()
                .read(Query.of(V1)
                        .with(prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/")
                        .with(request.bucket())
                        .with(Math.min(body.number("limit", 1).orElse(100L), MOST_V1))
                        .with(Math.min(body.number("offset", 0).orElse(0L), Integer.MAX_VALUE - MOST_V1))
                        .with(body.text("search").orElse(""))
                        .with(sort.choice("column", "name", "updated_at", "created_at", "last_accessed_at"))
                        .with(sort.choice("order", "asc", "desc")))
                .getFirst();
        return Reply.json(page.text(0));
    }

    /** The entries of a folder, or all objects with a prefix, by cursor. */
    public Reply pageByCursor(StorageRequest request) {
        JsonBody body = request.json();
        int limit = (int) Math.min(body.number("limit", 1).orElse((long) MOST_V2), MOST_V2);
        JsonBody sort = body.object("sortBy").orElseGet(JsonBody::empty);
        String column = sort.choice("column", "name", "updated_at", "created_at");
        String order = sort.choice("order", "asc", "desc");
        ListCursor cursor =
                body.text("cursor").map(ListCursor::parse).orElseGet(() -> new ListCursor("", column, order, ""));
        List<Row> rows = request.session()
                .read(Query.of(body.flag("with_delimiter").orElse(false) ? V2_FOLDERS : V2_FLAT)
                        .with(body.text("prefix").orElse(""))
                        .with(request.bucket())
                        .with(limit + 1)
                        .with(cursor.after())
                        .with(cursor.order())
                        .with(cursor.column())
                        .with(cursor.time()));
        List<Row> page = rows.subList(0, Math.min(limit, rows.size()));
        boolean more = rows.size() > limit;
        StringBuilder json = new StringBuilder("{\"hasNext\":").append(more);
        if (more) {
            json.append(",\"nextCursor\":\"")
                    .append(next(cursor, page.getLast()))
                    .append('"');
        }
        json.append(",\"folders\":[").append(entries(page, true));
        json.append("],\"objects\":[").append(entries(page, false)).append("]}");
        return Reply.json(json.toString());
    }

    private static String entries(List<Row> page, boolean folders) {
        return page.stream()
                .filter(row -> row.maybe(1).isEmpty() == folders)
                .map(row -> row.text(4))
                .collect(Collectors.joining(","));
    }

    private static String next(ListCursor cursor, Row last) {
        String time = switch (cursor.column()) {
            case "updated_at" -> last.maybe(2).orElse("");
            case "created_at" -> last.maybe(3).orElse("");
            default -> "";
        };
        return new ListCursor(last.text(0), cursor.column(), cursor.order(), time).print();
    }
}
