package dev.galley.query;

import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.RowHandler;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run of a {@link CompiledPlan}. Confined to an event loop. */
final class RowExecution implements Execution {
    /** The estimate of the top node, which is the first; no text inside the JSON can hold an unescaped quote. */
    private static final Pattern PLAN_ROWS = Pattern.compile("(?m)^ *\"Plan Rows\": (\\d+)");

    private final CompiledPlan plan;
    private final Compiled compiled;
    private final RowPrinter printer;
    private final List<TransactionRequest.Step> steps;
    private String estimate = "";
    private long estimated = -1;
    private Optional<String> headers = Optional.empty();
    private Optional<String> status = Optional.empty();
    private OptionalLong inserted = OptionalLong.empty();

    /** Reads the only row of a statement. A second run of the statement gives that row again, and what it says replaces the first. */
    private record OnlyRow(Consumer<ByteBuf> reader) implements RowHandler {
        @Override
        public void row(ByteBuf row) {
            reader.accept(row);
        }

        @Override
        public boolean restart() {
            return true;
        }
    }

    RowExecution(CompiledPlan plan, Compiled compiled, List<Prepared> before, Bindings bindings, RowPrinter printer) {
        this.plan = plan;
        this.compiled = compiled;
        this.printer = printer;
        steps = steps(before, bindings);
    }

    private List<TransactionRequest.Step> steps(List<Prepared> before, Bindings bindings) {
        TransactionRequest.Step main = step(compiled.sql(), compiled.parameters(), compiled.runs(), bindings, printer);
        if (plan.preRequest().isEmpty() && compiled.estimate().isEmpty() && !reportsSettings()) {
            return List.of(main);
        }
        List<TransactionRequest.Step> all = new ArrayList<>();
        plan.preRequest()
                .ifPresent(sql -> all.add(new TransactionRequest.Step(new Statement(sql, List.of()), RowHandler.NONE)));
        before.forEach(each -> all.add(step(each.sql(), each.parameters(), query(each), bindings, RowHandler.NONE)));
        all.add(main);
        compiled.estimate()
                .ifPresent(estimate -> all.add(step(
                        estimate.sql(),
                        estimate.parameters(),
                        Optional.empty(),
                        bindings,
                        new OnlyRow(this::estimateRow))));
        if (reportsSettings()) {
            all.add(new TransactionRequest.Step(
                    new Statement(CompiledPlan.SETTINGS, List.of()), new OnlyRow(this::settingsRow)));
        }
        return all;
    }

    private static Optional<String> query(Prepared statement) {
        return statement.asked() ? Optional.of(statement.sql()) : Optional.empty();
    }

    /** What makes a whole answer may also set its headers. */
    private boolean reportsSettings() {
        return plan.reportsSettings() || compiled.shape() == Compiled.Shape.WHOLE;
    }

    private static TransactionRequest.Step step(
            String sql, Parameters parameters, Optional<String> query, Bindings bindings, RowHandler rows) {
        return new TransactionRequest.Step(new Statement(sql, parameters.bind(bindings), query), rows);
    }

    private void estimateRow(ByteBuf row) {
        estimate = RowPrinter.first(row).orElse("");
        Matcher rows = PLAN_ROWS.matcher(estimate);
        if (rows.find()) {
            estimated = Long.parseLong(rows.group(1));
        }
    }

    private void settingsRow(ByteBuf row) {
        headers = RowPrinter.first(row);
        status = RowPrinter.after(1, row);
        inserted = RowPrinter.after(2, row)
                .map(count -> OptionalLong.of(Long.parseLong(count)))
                .orElse(OptionalLong.empty());
    }

    @Override
    public List<TransactionRequest.Step> steps() {
        return steps;
    }

    @Override
    public long rows() {
        return printer.rows();
    }

    @Override
    public String estimate() {
        return estimate;
    }

    @Override
    public int preparing() {
        return plan.preRequest().isPresent() ? 1 : 0;
    }

    @Override
    public ByteBuf printed() {
        return printer.out;
    }

    @Override
    public OptionalLong inserted() {
        return inserted;
    }

    @Override
    public Result result(RequestTransaction.Outcome outcome) {
        if (compiled.prints()) {
            printer.end();
        }
        plan.remember(printer.out.readableBytes());
        return new Result(
                printer.out,
                printer.rows(),
                total(),
                printer.rows() == 1 ? printer.key() : List.of(),
                inserted,
                headers,
                status);
    }

    private OptionalLong total() {
        if (!plan.counts()) {
            return OptionalLong.empty();
        }
        if (compiled.estimate().isEmpty()) {
            return OptionalLong.of(compiled.counted() ? printer.total() : printer.rows());
        }
        Compiled.Estimate estimate = compiled.estimate().get();
        if (estimate.always()) {
            return estimated < 0 ? OptionalLong.empty() : OptionalLong.of(estimated);
        }
        long counted = Math.max(0, printer.total());
        return OptionalLong.of(counted > estimate.threshold() ? Math.max(counted, estimated) : counted);
    }

    @Override
    public void discard() {
        printer.out.release();
    }
}
