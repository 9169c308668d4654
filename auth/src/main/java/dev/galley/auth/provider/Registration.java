package dev.galley.auth.provider;

import dev.galley.auth.config.OAuthServerSettings;
import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Endpoint;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import dev.galley.auth.error.ErrorCode;
import dev.galley.auth.flow.Parts;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /oauth/clients/register}: an application registers itself (RFC 7591), where the settings let it. */
final class Registration implements Endpoint {
    private final Parts parts;
    private final ClientRegistry registry;

    Registration(Parts parts, ClientRegistry registry) {
        this.parts = parts;
        this.registry = registry;
    }

    @Override
    public Reply answer(AuthRequest request) throws SQLException {
        OAuthServerSettings settings = parts.settings().oauthServer();
        if (!settings.dynamicRegistration()) {
            throw AuthError.of(
                            403,
                            ErrorCode.OAUTH_DYNAMIC_CLIENT_REGISTRATION_DISABLED,
                            "Dynamic client registration is not enabled")
                    .thrown();
        }
        try {
            parts.limits().require("oauth-register", request.clientAddress(), settings.registrations());
            ClientForm form = ClientForm.read(request.json());
            return new Reply(201, Map.of(), Optional.of(json(registered(request, form, settings.maxRegistered()))));
        } catch (OAuthRefusal refusal) {
            return refusal.reply();
        } catch (AuthException refused) {
            return refused.error().status() == 400
                    ? ClientForm.metadata(refused.error().message()).reply()
                    : OAuthRefusal.reply(refused.error());
        }
    }

    private ClientRegistry.Issued registered(AuthRequest request, ClientForm form, int most) throws SQLException {
        return parts.transaction(connection -> {
            if (Clients.registered(connection) >= most) {
                throw new OAuthRefusal(403, "access_denied", "No more clients can register themselves");
            }
            return registry.create(connection, request, form, ClientRegistry.DYNAMIC);
        });
    }

    private static ObjectNode json(ClientRegistry.Issued issued) {
        ObjectNode json = issued.client().json();
        json.put("client_id_issued_at", issued.client().createdAt().getEpochSecond());
        issued.secret().ifPresent(secret -> json.put("client_secret", secret).put("client_secret_expires_at", 0));
        return json;
    }
}
