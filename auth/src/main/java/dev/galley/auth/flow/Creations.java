package dev.galley.auth.flow;

import dev.galley.auth.account.Again;
import dev.galley.auth.account.User;
import dev.galley.auth.account.UserJson;
import dev.galley.auth.account.Users;
import dev.galley.auth.hook.Hook;
import dev.galley.auth.hook.Hooks;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.PlatformDatabase;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * The hooks before and after a new user. The first must be asked while no transaction is open, and only the flow's transaction finds
 * out that there will be a new user: it is rolled back there, and done once more with the hook's consent. The second is told when
 * the user has been committed.
 */
final class Creations {
    private static final ScopedValue<Creations> CURRENT = ScopedValue.newInstance();

    private final Hooks hooks;
    private final Set<UUID> made = new LinkedHashSet<>();
    private Optional<UUID> asked = Optional.empty();

    /** Ends a transaction in which there would be a user of whom the hook does not know. */
    private static final class NotAskedYet extends RuntimeException {
        private final transient Users.Draft draft;

        NotAskedYet(Users.Draft draft) {
            super("a hook is to be asked first", null, false, false);
            this.draft = draft;
        }
    }

    private Creations(Hooks hooks) {
        this.hooks = hooks;
    }

    static boolean hooked(Hooks hooks) {
        return hooks.has(Hook.BEFORE_USER_CREATED) || hooks.has(Hook.AFTER_USER_CREATED);
    }

    static <T> T around(Parts parts, PlatformDatabase.Work<T> work) throws SQLException {
        Creations creations = new Creations(parts.hooks());
        T result = creations.consented(parts, work);
        for (UUID id : creations.made) {
            Optional<User> user = parts.attempted(connection -> Users.byId(connection, id));
            if (user.isPresent()) {
                parts.hooks().afterUserCreated(UserJson.of(user.get()));
            }
        }
        return result;
    }

    private <T> T consented(Parts parts, PlatformDatabase.Work<T> work) throws SQLException {
        try {
            return run(parts, work);
        } catch (NotAskedYet user) {
            asked = Optional.of(user.draft.id());
            hooks.beforeUserCreated(json(parts, user.draft));
            return run(parts, work);
        }
    }

    private <T> T run(Parts parts, PlatformDatabase.Work<T> work) throws SQLException {
        return ScopedValue.where(CURRENT, this)
                .call(() -> parts.attempted(connection -> {
                    made.clear();
                    return work.in(connection);
                }));
    }

    /** The id of a new user: the one that the hook was told. */
    static UUID id() {
        Optional<UUID> told = CURRENT.isBound() ? CURRENT.get().asked : Optional.empty();
        return told.orElseGet(() -> Again.draw(UUID.class, "user", UUID::randomUUID));
    }

    static void note(Users.Draft draft) {
        if (!CURRENT.isBound()) {
            return;
        }
        Creations current = CURRENT.get();
        if (current.hooks.has(Hook.BEFORE_USER_CREATED) && current.asked.isEmpty()) {
            throw new NotAskedYet(draft);
        }
        current.made.add(draft.id());
    }

    private static ObjectNode json(Parts parts, Users.Draft draft) {
        String now = parts.now().toString();
        ObjectNode json = StrictJson.newObject()
                .put("id", draft.id().toString())
                .put("aud", draft.audience())
                .put("role", draft.role())
                .put("email", draft.email().orElse(""))
                .put("phone", draft.phone().orElse(""));
        json.set("app_metadata", draft.appMetadata());
        json.set("user_metadata", draft.userMetadata());
        json.putArray("identities");
        return json.put("created_at", now).put("updated_at", now).put("is_anonymous", draft.anonymous());
    }
}
