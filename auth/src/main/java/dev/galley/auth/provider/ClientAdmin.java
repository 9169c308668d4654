package dev.galley.auth.provider;

import dev.galley.auth.account.Audit;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import dev.galley.identity.StrictJson;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /admin/oauth/clients}: the applications that users can sign in to with their accounts here. */
final class ClientAdmin {
    private static final int PER_PAGE = 50;
    private static final int MOST_PER_PAGE = 1_000;

    private final Parts parts;
    private final ClientRegistry registry;

    ClientAdmin(Parts parts, ClientRegistry registry) {
        this.parts = parts;
        this.registry = registry;
    }

    Reply list(AuthRequest request) throws SQLException {
        int page = number(request, "page", 1, Integer.MAX_VALUE);
        int perPage = number(request, "per_page", PER_PAGE, MOST_PER_PAGE);
        Clients.Page found =
                parts.transaction(connection -> Clients.page(connection, (long) (page - 1) * perPage, perPage));
        ObjectNode json = StrictJson.newObject();
        ArrayNode all = json.putArray("clients");
        found.clients().forEach(client -> all.add(client.json()));
        long last = Math.max(1, (found.total() + perPage - 1) / perPage);
        String lastLink = link(last, perPage, "last");
        return Reply.ok(json)
                .with("X-Total-Count", Long.toString(found.total()))
                .with("Link", page < last ? link(page + 1L, perPage, "next") + ", " + lastLink : lastLink);
    }

    private static int number(AuthRequest request, String name, int fallback, int most) {
        Optional<String> text = request.query(name);
        if (text.isPresent() && !text.get().matches("[0-9]{0,8}[1-9][0-9]{0,8}")) {
            throw AuthError.invalid("Bad Pagination Parameters: " + name + " must be a number above 0")
                    .thrown();
        }
        return (int) Math.min(most, text.map(Long::parseLong).orElse((long) fallback));
    }

    private static String link(long page, int perPage, String relation) {
        return "</admin/oauth/clients?page=" + page + "&per_page=" + perPage + ">; rel=\"" + relation + "\"";
    }

    Reply get(AuthRequest request) throws SQLException {
        return Reply.ok(parts.transaction(connection -> existing(Clients.byId(connection, id(request))))
                .json());
    }

    Reply create(AuthRequest request) throws SQLException {
        try {
            ClientForm form = ClientForm.read(request.json());
            return new Reply(
                    201,
                    Map.of(),
                    Optional.of(issued(parts.transaction(
                            connection -> registry.create(connection, request, form, ClientRegistry.MANUAL)))));
        } catch (OAuthRefusal refusal) {
            throw ClientRegistry.invalid(refusal);
        }
    }

    Reply update(AuthRequest request) throws SQLException {
        ClientForm form;
        try {
            form = ClientForm.read(request.json());
        } catch (OAuthRefusal refusal) {
            throw ClientRegistry.invalid(refusal);
        }
        if (form.empty()) {
            throw AuthError.invalid("No fields provided for update").thrown();
        }
        return parts.transaction(connection -> {
            Client changed = changed(existing(Clients.locked(connection, id(request))), form);
            Clients.update(connection, changed);
            registry.note(connection, request, Audit.Action.OAUTH_CLIENT_UPDATED, changed);
            return Reply.ok(changed.json());
        });
    }

    private Client changed(Client client, ClientForm form) {
        Client.AuthMethod method = form.authMethod().orElse(client.authMethod());
        // Whether it can keep a secret is what a client is, not a choice.
        if ((method == Client.AuthMethod.NONE) == client.confidential()) {
            throw AuthError.invalid("token_endpoint_auth_method '" + method.text() + "' is not valid for client_type '"
                            + client.type() + "'")
                    .thrown();
        }
        return new Client(
                client.id(),
                client.secretDigest(),
                method,
                form.redirectUris().orElse(client.redirectUris()),
                form.grantTypes().orElse(client.grantTypes()),
                form.name().or(client::name),
                form.uri().or(client::uri),
                form.logo().or(client::logo),
                client.registration(),
                client.createdAt(),
                parts.now());
    }

    Reply delete(AuthRequest request) throws SQLException {
        return parts.transaction(connection -> {
            Client client = existing(Clients.locked(connection, id(request)));
            Clients.delete(connection, client.id(), parts.now());
            registry.note(connection, request, Audit.Action.OAUTH_CLIENT_DELETED, client);
            return Reply.noContent();
        });
    }

    Reply renewSecret(AuthRequest request) throws SQLException {
        return parts.transaction(connection -> {
            Client client = existing(Clients.locked(connection, id(request)));
            if (!client.confidential()) {
                throw AuthError.invalid("Cannot regenerate secret for public client")
                        .thrown();
            }
            return Reply.ok(issued(registry.renewSecret(connection, request, client)));
        });
    }

    private static ObjectNode issued(ClientRegistry.Issued issued) {
        ObjectNode json = issued.client().json();
        issued.secret().ifPresent(secret -> json.put("client_secret", secret));
        return json;
    }

    private static UUID id(AuthRequest request) {
        try {
            return UUID.fromString(request.path("client_id"));
        } catch (IllegalArgumentException e) {
            throw AuthError.invalid("invalid client_id format").thrown();
        }
    }

    private static Client existing(Optional<Client> client) {
        return client.orElseThrow(() -> AuthError.of(404, ErrorCode.OAUTH_CLIENT_NOT_FOUND, "OAuth client not found")
                .thrown());
    }
}
