package dev.galley.rest;

import dev.galley.http.JsonText;
import dev.galley.query.Explained;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.SchemaModel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a role may see of an execution plan. PostgreSQL shows the tables behind a view, columns that were not granted (in outputs,
 * conditions and names of indexes), foreign keys of tables that nobody may read, and when it runs the statement, how many rows a
 * policy kept back. Where any of that would be told, the plan is reduced to the kinds of its
 * nodes and their estimated costs.
 */
final class PlanView {
    private static final JsonFactory JSON = new JsonFactory();

    /** Of a node, what says nothing about tables, columns or rows. */
    private static final Set<String> HARMLESS = Set.of(
            "Node Type",
            "Strategy",
            "Partial Mode",
            "Operation",
            "Parent Relationship",
            "Join Type",
            "Parallel Aware",
            "Async Capable",
            "Startup Cost",
            "Total Cost",
            "Plan Rows",
            "Plan Width");

    private final SchemaModel schema;
    private final String role;
    private boolean hidden;
    private boolean keptBack;

    private PlanView(SchemaModel schema, String role) {
        this.schema = schema;
        this.role = role;
    }

    /**
     * @param detail the verbose plan in JSON of the same statement
     * @param plan what was asked for
     * @return what is shown instead, when the plan itself must not be
     */
    static Optional<String> reduced(Explained how, String detail, String plan, SchemaModel schema, String role) {
        PlanView view = new PlanView(schema, role);
        view.look(detail);
        boolean analyzed = how.options().contains(Explained.Option.ANALYZE);
        boolean tells = view.hidden || (analyzed && (view.keptBack || namesTriggers(plan, how.json())));
        if (!tells) return Optional.empty();
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), detail)) {
            StringBuilder out = new StringBuilder(detail.length() / 2);
            while (in.nextToken() != null) {
                if ("Plan".equals(in.currentName()) && in.currentToken() == JsonToken.START_OBJECT) {
                    if (how.json()) out.append("[{\"Plan\":");
                    node(in, out, how.json(), 0);
                    if (how.json()) out.append("}]\n");
                }
            }
            return Optional.of(out.toString());
        }
    }

    /** Foreign keys are triggers, on tables that the statement itself does not name. */
    private static boolean namesTriggers(String plan, boolean json) {
        if (!json) return plan.startsWith("Trigger ") || plan.contains("\nTrigger ");
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), plan)) {
            while (in.nextToken() != null) {
                boolean triggers = in.currentToken() == JsonToken.START_ARRAY && "Triggers".equals(in.currentName());
                if (triggers && in.nextToken() != JsonToken.END_ARRAY) return true;
            }
            return false;
        }
    }

    private void look(String detail) {
        Deque<Map<String, String>> objects = new ArrayDeque<>();
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), detail)) {
            for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
                switch (token) {
                    case START_OBJECT -> objects.push(new HashMap<>());
                    case END_OBJECT -> touched(objects.pop());
                    case VALUE_STRING -> {
                        if (!objects.isEmpty() && in.currentName() != null) {
                            objects.peek().put(in.currentName(), in.getString());
                        }
                    }
                    default -> {}
                }
            }
        }
    }

    private void touched(Map<String, String> node) {
        String in = node.getOrDefault("Schema", "");
        if (in.equals("pg_catalog")) return;
        if (node.containsKey("Relation Name")) {
            var relation = schema.relation(new QualifiedName(in, node.get("Relation Name")));
            hidden |= relation.filter(known -> known.whollySelectableBy(role)).isEmpty();
            keptBack |= relation.filter(known -> known.rowSecurity()).isPresent();
        } else if (node.containsKey("Function Name")) {
            hidden |= schema.routines(new QualifiedName(in, node.get("Function Name"))).stream()
                    .noneMatch(routine -> routine.executableBy().contains(role));
        } else {
            // A join that a foreign server makes names its tables in one text.
            hidden |= node.containsKey("Relations") || node.containsKey("Custom Plan Provider");
        }
    }

    /** Copies the harmless members; a node's own come before its children. */
    private static void node(JsonParser in, StringBuilder out, boolean json, int depth) {
        Map<String, String> own = new HashMap<>();
        String separator = "{";
        boolean headed = false;
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            JsonToken value = in.nextToken();
            if (name.equals("Plans")) {
                if (json) out.append(separator).append("\"Plans\":[");
                else line(own, out, depth);
                headed = true;
                boolean first = true;
                while (in.nextToken() == JsonToken.START_OBJECT) {
                    if (json && !first) out.append(',');
                    first = false;
                    node(in, out, json, depth + 1);
                }
                if (json) out.append(']');
            } else if (!HARMLESS.contains(name)) {
                in.skipChildren();
                continue;
            } else {
                own.put(name, in.getString());
                if (json) {
                    JsonText.quote(out.append(separator), name);
                    if (value == JsonToken.VALUE_STRING) JsonText.quote(out.append(':'), in.getString());
                    else out.append(':').append(in.getString());
                }
            }
            separator = ",";
        }
        if (json) out.append('}');
        else if (!headed) line(own, out, depth);
    }

    private static void line(Map<String, String> node, StringBuilder out, int depth) {
        if (depth > 0) out.repeat("      ", depth - 1).append("  ->  ");
        out.append(node.get("Node Type"))
                .append("  (cost=" + node.get("Startup Cost") + ".." + node.get("Total Cost") + " rows="
                        + node.get("Plan Rows") + " width=" + node.get("Plan Width") + ")\n");
    }
}
