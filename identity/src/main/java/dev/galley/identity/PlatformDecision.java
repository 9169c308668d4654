package dev.galley.identity;

import dev.galley.identity.PlatformSettings.Install;

/** Whether the platform's migrations run on a database. */
public sealed interface PlatformDecision {

    /** Run the migrations, then {@link PlatformSql#apply}. */
    record Manage(PlatformProbe probe) implements PlatformDecision {}

    /** The platform is there, made by another login, which also brings it up to date: only use it. */
    record Use(PlatformProbe probe) implements PlatformDecision {}

    /** Leave the database as it is and be a plain REST server for it. */
    record Plain(PlatformProbe probe) implements PlatformDecision {}

    /** The services asked for need the platform and this login cannot make it. */
    record Impossible(PlatformProbe probe, String advice) implements PlatformDecision {}

    /** @param onlyRest whether no service but REST is to run */
    public static PlatformDecision of(PlatformProbe probe, Install install, boolean onlyRest) {
        return switch (install) {
            case NEVER ->
                onlyRest
                        ? new Plain(probe)
                        : new Impossible(
                                probe,
                                "database.install-platform is never, which is for --services rest alone: the other services"
                                        + " need their tables");
            case ALWAYS, AUTO -> {
                if (probe.canHavePlatform()) {
                    yield new Manage(probe);
                }
                if (probe.canUsePlatform()) {
                    yield new Use(probe);
                }
                boolean mayBePlain = install == Install.AUTO && onlyRest && !probe.hasPlatform();
                yield mayBePlain ? new Plain(probe) : impossible(probe);
            }
        };
    }

    private static Impossible impossible(PlatformProbe probe) {
        String advice;
        if (!probe.hasPlatform() && !probe.mayCreateSchemas()) {
            advice =
                    "the login %1$s may not create schemas in this database. Run as its owner: grant create on database ... to %1$s";
        } else if (probe.hasApiRoles()) {
            advice = "the login %1$s is no member of the API roles. Run as their owner:"
                    + " grant anon, authenticated, service_role to %1$s";
        } else {
            advice =
                    "the roles anon, authenticated and service_role are missing and the login %1$s may not create roles."
                            + " Run as a superuser: create role anon; create role authenticated;"
                            + " create role service_role bypassrls; grant anon, authenticated, service_role to %1$s";
        }
        return new Impossible(probe, advice.formatted(probe.login()));
    }
}
