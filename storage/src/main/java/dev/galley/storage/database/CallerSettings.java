package dev.galley.storage.database;

import dev.galley.http.RequestTexts;
import dev.galley.identity.Caller;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.schema.SchemaModel;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the database is told about a request, as settings of its transactions: those of the data API, and the operation's name, by which
 * policies may tell one kind of request from another.
 */
public final class CallerSettings {
    private static final LocalSetting SEARCH_PATH = new LocalSetting("search_path", "public, extensions, storage");
    private static final LocalSetting ALLOW_DELETE = new LocalSetting("storage.allow_delete_query", "true");
    private static final String SERVICE_CLAIMS = "{\"role\":\"service_role\"}";
    private static final String BEARER = "Bearer ";

    private final SchemaModel model;
    private final List<LocalSetting> request;
    private final String token;

    /** To be called on the request's event loop. */
    public CallerSettings(HttpServerRequest request, String path, String operation, SchemaModel model) {
        this.model = model;
        String authorization = Optional.ofNullable(request.getHeader("Authorization"))
                .or(() -> Optional.ofNullable(request.getHeader("apikey")))
                .orElse("");
        token = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length())
                : authorization;
        this.request = List.of(
                new LocalSetting("request.method", request.method().name()),
                new LocalSetting("request.path", path),
                new LocalSetting("request.headers", RequestTexts.headers(request.headers())),
                new LocalSetting("storage.operation", operation));
    }

    List<LocalSetting> of(Optional<Caller> caller) {
        if (caller.isEmpty()) {
            return settings("anon", "{\"role\":\"anon\"}", "", "");
        }
        String subject = caller.get().subject().orElse("");
        return settings(caller.get().role(), caller.get().claims(), subject, token);
    }

    List<LocalSetting> ofService() {
        return settings("service_role", SERVICE_CLAIMS, "", "");
    }

    private List<LocalSetting> settings(String role, String claims, String subject, String jwt) {
        List<LocalSetting> all = new ArrayList<>(12);
        all.add(SEARCH_PATH);
        model.settingsOf(role).forEach(each -> all.add(new LocalSetting(each.name(), each.value())));
        all.add(new LocalSetting("request.jwt", jwt));
        all.add(new LocalSetting("request.jwt.claims", claims));
        all.add(new LocalSetting("request.jwt.claim.role", role));
        all.add(new LocalSetting("request.jwt.claim.sub", subject));
        all.addAll(request);
        all.add(ALLOW_DELETE);
        return all;
    }
}
