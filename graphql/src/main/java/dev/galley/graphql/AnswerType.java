package dev.galley.graphql;

import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.RoutingContext;

/** What an answer may be. Source: <a href="https://graphql.github.io/graphql-over-http/draft/">GraphQL over HTTP</a>, section 6. */
enum AnswerType {
    /** The status tells whether the operation ran. */
    STANDARD("application/graphql-response+json"),

    /** The status is 200 for every answer of GraphQL; what clients get that do not ask for the other by name. */
    JSON("application/json"),

    /** For a browser's address bar. */
    PAGE("text/html");

    private final String name;

    AnswerType(String name) {
        this.name = name;
    }

    /** The one that the client likes best; JSON for who likes none of them. */
    static AnswerType of(RoutingContext context) {
        for (MIMEHeader accepted : context.parsedHeaders().accept()) {
            String wanted = accepted.component() + "/" + accepted.subComponent();
            if (accepted.weight() <= 0) {
                continue;
            }
            if (wanted.equals("*/*") || wanted.equals("application/*")) {
                return JSON;
            }
            for (AnswerType type : values()) {
                if (type.name.equalsIgnoreCase(wanted)) {
                    return type;
                }
            }
        }
        return JSON;
    }

    String contentType() {
        return name + "; charset=utf-8";
    }
}
