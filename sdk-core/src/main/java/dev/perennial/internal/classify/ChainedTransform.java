package dev.perennial.internal.classify;

import dev.perennial.Payload;
import dev.perennial.PayloadTransform;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Applies transforms one after the other.
 *
 * @param transforms the first one sees what the server sends
 */
public record ChainedTransform(List<PayloadTransform> transforms) implements PayloadTransform {

  @Override
  public Step begin(int maxBytes) {
    List<Step> steps = new ArrayList<>();
    for (PayloadTransform transform : transforms) {
      steps.add(transform.begin(maxBytes));
    }
    return (payload, out) -> apply(steps, payload, out);
  }

  private static void apply(List<Step> steps, Payload payload, Output out) throws IOException {
    if (steps.isEmpty()) {
      emit(payload, out);
      return;
    }
    TransformedFrame.Collector between = new TransformedFrame.Collector();
    steps.get(0).apply(payload, between);
    ArrayDeque<TransformedFrame> made = between.take(payload);
    for (TransformedFrame one : made) {
      apply(steps.subList(1, steps.size()), one, out);
    }
  }

  private static void emit(Payload payload, Output out) {
    byte[] bytes = Payloads.copyOf(payload);
    if (payload.isBinary()) {
      out.binary(bytes);
    } else {
      out.text(bytes);
    }
  }
}
