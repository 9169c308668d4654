package dev.galley.server;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** What {@code galley dev} says when it is ready: addresses, keys, where the data lives and what to try next. */
final class Greeting {
    private static final String TABLE = "create table todos (id bigint generated always as identity primary key,"
            + " title text not null); grant select, insert on todos to anon;"
            + " create policy everyone on todos to anon using (true) with check (true)";

    private Greeting() {}

    static void print(PrintStream out, ProjectFolder folder, Map<String, String> variables, Duration took) {
        out.printf(Locale.ROOT, "%nGalley %s is ready after %.1f s.%n%n", Cli.version(), took.toMillis() / 1000.0);
        line(out, "API", variables, "API_URL");
        line(out, "Database", variables, "DB_URL");
        line(out, "Publishable key", variables, "PUBLISHABLE_KEY");
        line(out, "Secret key", variables, "SECRET_KEY");
        line(out, "anon key", variables, "ANON_KEY");
        line(out, "service_role key", variables, "SERVICE_ROLE_KEY");
        line(out, "JWT secret", variables, "JWT_SECRET");
        out.printf(Locale.ROOT, "  %-17s %s%n%n", "Data", folder.data());
        out.println("Three things to try, in another terminal:");
        String todos = variables.get("REST_URL") + "/todos";
        String key = " -H 'apikey: " + variables.get("PUBLISHABLE_KEY") + "'";
        if (variables.containsKey("DB_URL")) {
            out.println("  " + Cli.launcher("sql", folder) + " \"" + TABLE + "\"");
        }
        out.println("  curl " + todos + key + " --json '{\"title\": \"hello\"}'");
        out.println("  curl " + todos + key);
        out.println();
        out.flush();
    }

    private static void line(PrintStream out, String label, Map<String, String> variables, String name) {
        String value = variables.get(name);
        if (value != null) {
            out.printf(Locale.ROOT, "  %-17s %s%n", label, value);
        }
    }
}
