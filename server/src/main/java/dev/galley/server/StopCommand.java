package dev.galley.server;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Asks the program that runs on a folder to stop, and waits until it has. */
final class StopCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ProjectFolder folder;
    private final PrintStream out;

    StopCommand(ProjectFolder folder, PrintStream out) {
        this.folder = folder;
        this.out = out;
    }

    int run() {
        ProcessHandle process = RunningProgram.on(folder)
                .flatMap(RunningProgram::process)
                .orElseThrow(() -> new Failure("nothing runs on " + folder.root(), StatusCommand.NOT_RUNNING));
        if (!process.destroy()) {
            throw new Failure("process " + process.pid() + " cannot be told to stop: it belongs to another user");
        }
        try {
            process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException late) {
            throw new Failure("process %d has not stopped within %d s; see %s"
                    .formatted(process.pid(), PATIENCE.toSeconds(), folder.log()));
        }
        out.println("stopped");
        return 0;
    }
}
