package dev.galley.live;

import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.changes.Position;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A batch of changes on its way to those who may hear of them. In three steps, each for the whole batch: find the candidates; ask the
 * database, all questions at once, which filters hold that only it can decide and which rows each group of callers sees; tell.
 *
 * <p>A group is all callers of a role whose claims are the same as far as the policies of the table use them: they see the same
 * rows, so one statement decides for all of them and for all rows of the batch.
 */
final class Batch {
    private static final System.Logger LOG = System.getLogger(Batch.class.getName());

    private static final Duration RECENT = Duration.ofSeconds(1);
    private static final List<Long> AGAIN_MILLIS = List.of(5L, 50L);

    private final Rules rules;
    private final Asker asker;
    private final int maxRecordBytes;
    private final List<Item> items = new ArrayList<>();
    private final Map<FilterKey, Question> filters = new LinkedHashMap<>();
    private final Map<GroupKey, Question> groups = new LinkedHashMap<>();

    Batch(Rules rules, Asker asker, int maxRecordBytes) {
        this.rules = rules;
        this.asker = asker;
        this.maxRecordBytes = maxRecordBytes;
    }

    private record FilterKey(String role, Test test) {}

    private record GroupKey(int table, String role, String claims) {}

    /** A change and those who may be told of it. */
    private record Item(RowChange change, TableRules table, List<Candidate> candidates) {}

    private record Candidate(
            Hearer.Binding binding,
            TableRules.RoleRules role,
            List<FilterKey> asked,
            Optional<GroupKey> group,
            Optional<String> error) {}

    /** What is asked for several rows at once: those for which the answer is yes. */
    private static final class Question {
        final Asker.As as;
        final String sql;
        final List<List<@Nullable String>> columns = new ArrayList<>();
        final Map<RowChange, Integer> places = new HashMap<>();
        final Set<Integer> yes = new HashSet<>();
        final Optional<String> constant;
        boolean failed;

        Question(Asker.As as, String sql, int columns, Optional<String> constant) {
            this.as = as;
            this.sql = sql;
            this.constant = constant;
            for (int i = 0; i < columns; i++) {
                this.columns.add(new ArrayList<>());
            }
        }

        void add(RowChange change, List<Optional<String>> values) {
            if (places.putIfAbsent(change, places.size() + 1) == null) {
                for (int i = 0; i < values.size(); i++) {
                    columns.get(i).add(values.get(i).orElse(null));
                }
            }
        }

        List<byte @Nullable []> parameters() {
            List<byte @Nullable []> parameters = new ArrayList<>();
            columns.forEach(column -> parameters.add(Asker.array(column)));
            constant.ifPresent(value -> parameters.add(Asker.bytes(value)));
            return parameters;
        }

        boolean hasUnseenSince(Instant time) {
            return !failed
                    && places.entrySet().stream()
                            .anyMatch(each -> !yes.contains(each.getValue())
                                    && each.getKey().committedAt().isAfter(time));
        }

        boolean saysYes(RowChange change) {
            Integer place = places.get(change);
            return place != null && yes.contains(place);
        }
    }

    /** @param candidates who may want to hear of a change of the table */
    void add(RowChange change, BiFunction<RowChange, TableRules, List<Hearer.Binding>> candidates) throws SQLException {
        TableRules table = rules.of(change.table().oid());
        if (!table.published()) {
            return;
        }
        List<Candidate> found = new ArrayList<>();
        for (Hearer.Binding binding : candidates.apply(change, table)) {
            if (binding.hearer().isClosed()
                    || binding.hearer().hasHeard(change.position())
                    || !binding.wish().event().includes(change.event())) {
                continue;
            }
            candidate(change, table, binding).ifPresent(found::add);
        }
        if (!found.isEmpty()) {
            items.add(new Item(change, table, found));
        }
    }

    private Optional<Candidate> candidate(RowChange change, TableRules table, Hearer.Binding binding)
            throws SQLException {
        String roleName = binding.hearer().role();
        TableRules.RoleRules role = rules.of(table, roleName);
        List<TableRules.Column> key = table.key();
        if (change.event() != Wish.Event.DELETE) {
            if (key.isEmpty()) {
                return Optional.of(
                        new Candidate(binding, role, List.of(), Optional.empty(), Optional.of(Payload.NO_KEY)));
            }
            if (!key.stream().allMatch(column -> role.selectable().contains(column.name()))) {
                return Optional.of(
                        new Candidate(binding, role, List.of(), Optional.empty(), Optional.of(Payload.UNAUTHORIZED)));
            }
        } else if (role.selectable().isEmpty()) {
            return Optional.empty();
        }
        Optional<List<Test>> tests = binding.testsOf(table);
        if (tests.isEmpty()) {
            return Optional.empty();
        }
        List<FilterKey> asked = new ArrayList<>();
        for (Test test : tests.get()) {
            String column = test.column().name();
            if (!change.knows(column) || !role.selectable().contains(column)) {
                return Optional.empty();
            }
            if (!test.decidedHere()) {
                FilterKey filter = new FilterKey(roleName, test);
                filters.computeIfAbsent(
                                filter,
                                _ -> new Question(
                                        binding.hearer().as(),
                                        test.sql(),
                                        1,
                                        Optional.of(test.values().getFirst())))
                        .add(change, List.of(change.value(column)));
                asked.add(filter);
            } else if (!test.holds(change.value(column))) {
                return Optional.empty();
            }
        }
        Optional<GroupKey> group = change.event() == Wish.Event.DELETE || role.exempt()
                ? Optional.empty()
                : Optional.of(ask(change, table, binding.hearer(), role));
        return Optional.of(new Candidate(binding, role, asked, group, Optional.empty()));
    }

    private GroupKey ask(RowChange change, TableRules table, Hearer hearer, TableRules.RoleRules role) {
        GroupKey group = new GroupKey(table.oid(), hearer.role(), hearer.claimsKey(role.claims()));
        List<TableRules.Column> key = table.key();
        groups.computeIfAbsent(
                        group, _ -> new Question(hearer.as(), Visibility.sql(table), key.size(), Optional.empty()))
                .add(
                        change,
                        key.stream().map(column -> change.value(column.name())).toList());
        return group;
    }

    /**
     * Asks all that is to be asked and waits for the answers. A commit is in the log a moment before other transactions see it, so
     * that a row of just now that nobody saw is looked for again.
     */
    void decide() throws InterruptedException {
        List<Question> all = new ArrayList<>(filters.values());
        all.addAll(groups.values());
        await(all);
        for (long pause : AGAIN_MILLIS) {
            Instant recent = Instant.now().minus(RECENT);
            List<Question> unsure = groups.values().stream()
                    .filter(question -> question.hasUnseenSince(recent))
                    .toList();
            if (unsure.isEmpty()) {
                return;
            }
            Thread.sleep(pause);
            await(unsure);
        }
    }

    private void await(List<Question> questions) throws InterruptedException {
        List<CompletableFuture<Void>> asked = questions.stream().map(this::ask).toList();
        try {
            CompletableFuture.allOf(asked.toArray(new CompletableFuture<?>[0])).get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("failures are answers too", e);
        }
    }

    /** A policy that raises an error silences the group that it concerns and nobody else. */
    private CompletableFuture<Void> ask(Question question) {
        return asker.ask(question.as, question.sql, question.parameters()).handle((places, failure) -> {
            if (failure == null) {
                places.forEach(place -> question.yes.add(Integer.valueOf(place)));
            } else {
                question.failed = true;
                Throwable cause = Optional.ofNullable(failure.getCause()).orElse(failure);
                LOG.log(
                        System.Logger.Level.WARNING,
                        "The policies or filters could not be asked for the role {0}: {1}",
                        question.as.role(),
                        reason(cause));
            }
            return null;
        });
    }

    /** Without the server's words: they may repeat values of rows. */
    private static String reason(Throwable cause) {
        if (cause instanceof DatabaseException failed) {
            return failed.failure() instanceof DatabaseFailure.Refused refused
                    ? "SQLSTATE " + refused.sqlState()
                    : failed.failure().getClass().getSimpleName();
        }
        return String.valueOf(cause);
    }

    /** Tells everybody what they may hear, in order. Those of whom it could not be decided are told that something is missing. */
    void tell() {
        Map<Hearer, Position> missed = new LinkedHashMap<>();
        for (Item item : items) {
            Payload payload = new Payload(item.change(), item.table(), maxRecordBytes);
            Map<PrintKey, String> printed = new HashMap<>();
            Map<Hearer, Map<PrintKey, List<Integer>>> told = new LinkedHashMap<>();
            for (Candidate candidate : item.candidates()) {
                Hearer hearer = candidate.binding().hearer();
                switch (verdict(item.change(), candidate)) {
                    case YES ->
                        told.computeIfAbsent(hearer, _ -> new LinkedHashMap<>())
                                .computeIfAbsent(
                                        new PrintKey(
                                                hearer.role(),
                                                candidate.binding().wish().columns(),
                                                candidate.error()),
                                        key -> {
                                            printed.computeIfAbsent(key, _ -> print(payload, candidate));
                                            return new ArrayList<>();
                                        })
                                .add(candidate.binding().number());
                    case NO -> {}
                    case UNKNOWN -> missed.put(hearer, item.change().position());
                }
            }
            told.forEach((hearer, prints) -> prints.forEach((key, numbers) ->
                    hearer.listener().changed(item.change().position(), numbers, printed.getOrDefault(key, ""))));
        }
        missed.forEach((hearer, position) -> hearer.listener().missed(position));
    }

    private record PrintKey(String role, Optional<List<String>> columns, Optional<String> error) {}

    private static String print(Payload payload, Candidate candidate) {
        return candidate.error().isPresent()
                ? payload.error(candidate.error().get())
                : payload.print(candidate.role(), candidate.binding().wish().columns());
    }

    private enum Verdict {
        YES,
        NO,
        UNKNOWN
    }

    private Verdict verdict(RowChange change, Candidate candidate) {
        Verdict verdict = Verdict.YES;
        List<@Nullable Question> questions = new ArrayList<>();
        candidate.asked().forEach(key -> questions.add(filters.get(key)));
        candidate.group().ifPresent(key -> questions.add(groups.get(key)));
        for (Question question : questions) {
            if (question != null && question.failed) {
                verdict = Verdict.UNKNOWN;
            } else if (question == null || !question.saysYes(change)) {
                return Verdict.NO;
            }
        }
        return verdict;
    }
}
