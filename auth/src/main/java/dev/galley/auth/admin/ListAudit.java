package dev.galley.auth.admin;

import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.sql.SQLException;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;

/** {@code GET /admin/audit?query=author:TEXT}: a page of the log, the newest first; {@code action:} and {@code type:} likewise. */
final class ListAudit implements Endpoint {
    private final Parts parts;

    /** @param condition with one parameter for each {@code ?} */
    private record Filter(String condition, List<String> parameters) {
        static final Filter NONE = new Filter("true", List.of());
    }

    ListAudit(Parts parts) {
        this.parts = parts;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        Paging paging = Paging.of(request);
        Filter filter = request.query("query").map(ListAudit::filter).orElse(Filter.NONE);
        ArrayNode entries = StrictJson.newObject().arrayNode();
        List<Object> page = new java.util.ArrayList<>(filter.parameters());
        page.add(paging.offset());
        page.add(paging.size());
        long total = parts.transaction(connection -> {
            new Sql("""
                            select jsonb_build_object('id', id, 'payload', payload, 'created_at', created_at, 'ip_address', ip_address)
                              from auth.audit_log_entries
                             where\s""" + filter.condition() + " order by created_at desc, id offset ? limit ?", page)
                    .list(connection, row -> entries.add(StrictJson.read(row.getString(1))));
            return new Sql(
                            "select count(*) from auth.audit_log_entries where " + filter.condition(),
                            filter.parameters())
                    .one(connection, row -> row.getLong(1))
                    .orElse(0L);
        });
        return paging.tell(Reply.ok(entries), "/admin/audit", total, List.of("query"));
    }

    private static Filter filter(String query) {
        int colon = query.indexOf(':');
        String scope = colon < 0 ? "" : query.substring(0, colon);
        String value = query.substring(colon + 1).replace("\0", "");
        if (value.isEmpty() && colon >= 0) {
            return Filter.NONE;
        }
        String pattern = "%" + value.replaceAll("([%_\\\\])", "\\\\$1") + "%";
        return switch (scope) {
            case "author" ->
                new Filter(
                        "(payload ->> 'actor_username' ilike ? or payload ->> 'actor_name' ilike ?)",
                        List.of(pattern, pattern));
            case "action" -> new Filter("payload ->> 'action' ilike ?", List.of(pattern));
            case "type" -> new Filter("payload ->> 'log_type' ilike ?", List.of(pattern));
            default -> throw AuthError.invalid("Invalid query scope: " + query).thrown();
        };
    }
}
