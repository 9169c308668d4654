package dev.galley.graphql;

import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;

/** What an answer may be. Source: <a href="https://graphql.github.io/graphql-over-http/draft/">GraphQL over HTTP</a>, section 6. */
enum AnswerType {
    /** The status tells whether the operation ran. */
    STANDARD("application/graphql-response+json"),

    /** The status is 200 for every answer of GraphQL; what clients get that do not ask for the other by name. */
    JSON("application/json");

    private static final String HTML = "text/html";

    private final String name;

    AnswerType(String name) {
        this.name = name;
    }

    /** The one that the client likes best; JSON for who likes none of them. */
    static AnswerType of(RoutingContext context) {
        for (String wanted : accepted(context)) {
            if (wanted.equals("*/*") || wanted.equals("application/*")) {
                return JSON;
            }
            for (AnswerType type : values()) {
                if (type.name.equals(wanted)) {
                    return type;
                }
            }
        }
        return JSON;
    }

    /** Whether a page is liked best, as it is in a browser's address bar. */
    static boolean wantsPage(RoutingContext context) {
        return accepted(context).stream().findFirst().filter(HTML::equals).isPresent();
    }

    /** In the order of liking. */
    private static List<String> accepted(RoutingContext context) {
        return context.parsedHeaders().accept().stream()
                .filter(each -> each.weight() > 0)
                .map(each -> (each.component() + "/" + each.subComponent()).toLowerCase(Locale.ROOT))
                .toList();
    }

    String contentType() {
        return name + "; charset=utf-8";
    }
}
