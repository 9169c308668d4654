package dev.galley.server;

import java.io.File;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What {@code galley dev} says when it is ready: addresses, keys, where the data lives and what to try next. */
final class Greeting {
    private static final String TABLE = "create table todos (id bigint generated always as identity primary key,"
            + " title text not null); grant select, insert on todos to anon;"
            + " create policy everyone on todos to anon using (true) with check (true)";

    private static final String TODO = "{\"title\": \"hello\"}";

    private Greeting() {}

    static void print(PrintStream out, ProjectFolder folder, Map<String, String> variables, Duration took) {
        out.printf(Locale.ROOT, "%nGalley %s is ready after %.1f s.%n%n", Cli.version(), took.toMillis() / 1000.0);
        line(out, "API", variables, "API_URL");
        line(out, "Database", variables, "DB_URL");
        line(out, "Mailbox", variables, "MAILPIT_URL");
        line(out, "Publishable key", variables, "PUBLISHABLE_KEY");
        line(out, "Secret key", variables, "SECRET_KEY");
        line(out, "anon key", variables, "ANON_KEY");
        line(out, "service_role key", variables, "SERVICE_ROLE_KEY");
        line(out, "JWT secret", variables, "JWT_SECRET");
        line(out, "Files", Map.of("Files", folder.data().toString()), "Files");
        line(out, "Data", variables, "DATA_DIR"); // elsewhere, when PostgreSQL's user cannot enter the folder
        out.println();
        out.println("Three things to try, in another terminal:");
        tryThese(folder, variables, Greeting::isInstalled).forEach(command -> out.println("  " + command));
        out.println();
        out.flush();
    }

    /** Commands to paste, with what this machine has: a fresh one often has neither curl nor wget. */
    static List<String> tryThese(ProjectFolder folder, Map<String, String> variables, Predicate<String> installed) {
        String todos = variables.get("REST_URL") + "/todos";
        String key = "'apikey: " + variables.get("PUBLISHABLE_KEY") + "'";
        List<String> commands = new ArrayList<>();
        String sql = Cli.launcher("sql", folder);
        if (variables.containsKey("DB_URL")) {
            commands.add(sql + " \"" + TABLE + "\"");
        }
        if (!installed.test("curl") && installed.test("wget")) {
            String wget = "wget -qO- " + todos + " --header=" + key;
            commands.add(wget + " --header='Content-Type: application/json' --post-data='" + TODO + "'");
            commands.add(wget);
        } else if (!installed.test("curl") && variables.containsKey("DB_URL")) {
            commands.add(sql + " \"insert into todos (title) values ('hello')\"");
            commands.add(sql + " \"table todos\"");
        } else {
            String curl = "curl " + todos + " -H " + key;
            commands.add(curl + " -H 'Content-Type: application/json' -d '" + TODO + "'");
            commands.add(curl);
        }
        return commands;
    }

    private static boolean isInstalled(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Arrays.stream(path.split(File.pathSeparator)).anyMatch(folder -> new File(folder, program).canExecute());
    }

    private static void line(PrintStream out, String label, Map<String, String> variables, String name) {
        String value = variables.get(name);
        if (value != null) {
            out.printf(Locale.ROOT, "  %-17s %s%n", label, value);
        }
    }
}
