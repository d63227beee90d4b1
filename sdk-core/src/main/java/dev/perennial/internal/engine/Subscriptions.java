package dev.perennial.internal.engine;

import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.Signal;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamSubscription;
import dev.perennial.internal.consumer.CallbackException;
import dev.perennial.internal.consumer.Callbacks;
import dev.perennial.internal.consumer.ListenerTarget;
import dev.perennial.internal.consumer.SubscriberTarget;
import dev.perennial.internal.consumer.Target;
import dev.perennial.internal.control.EngineSubscription;
import dev.perennial.internal.control.SubscriptionContext;
import dev.perennial.internal.delivery.BlockingReader;
import dev.perennial.internal.delivery.Delivery;
import dev.perennial.internal.delivery.DeliveryThreads;
import dev.perennial.internal.delivery.DemandSubscription;
import dev.perennial.internal.delivery.DirectDelivery;
import dev.perennial.internal.delivery.QueuedDelivery;
import dev.perennial.internal.delivery.ReaderDelivery;
import dev.perennial.internal.delivery.Redelivery;
import dev.perennial.internal.queue.QueueBounds;
import dev.perennial.internal.settings.SubscriptionSettings;
import dev.perennial.internal.time.Nanos;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Assembles subscriptions, each from the bottom up: context, delivery, what the consumer holds, the
 * engine. Then it lets the consumer see its subscription and starts the engine.
 */
public final class Subscriptions {
  private Subscriptions() {}

  /**
   * A queue between the engine and the consumer.
   *
   * @param executor runs the consumer's callbacks; null for the subscription's own threads
   * @param executorLimit how long the executor may begin no task
   */
  public record Queue(@Nullable Executor executor, Duration executorLimit, QueueBounds bounds) {}

  /** Subscribes to events; a null queue delivers on the engine thread. */
  public static <T> void subscribe(
      SubscriptionSettings<T> settings,
      @Nullable Queue queue,
      Subscriber<? super Event<T>> subscriber) {
    subscribe(settings, queue, subscriber, SubscriberTarget.ofEvents(subscriber));
  }

  /** Subscribes to events, gaps and states. */
  public static <T> void subscribeToSignals(
      SubscriptionSettings<T> settings, Queue queue, Subscriber<? super Signal<T>> subscriber) {
    subscribe(settings, queue, subscriber, SubscriberTarget.ofSignals(subscriber));
  }

  /** Lets the subscriber know that the stream cannot be subscribed to as it is set up. */
  public static void refuse(Subscriber<?> subscriber, Throwable reason) {
    AtomicBoolean isCancelled = new AtomicBoolean();
    Callbacks.runLast(
        () -> {
          subscriber.onSubscribe(
              new Subscription() {
                @Override
                public void request(long n) {
                  // Nothing will come.
                }

                @Override
                public void cancel() {
                  isCancelled.set(true);
                }
              });
          if (!isCancelled.get()) {
            subscriber.onError(reason);
          }
        });
  }

  private static <T> void subscribe(
      SubscriptionSettings<T> settings,
      @Nullable Queue queue,
      Subscriber<?> subscriber,
      SubscriberTarget<T, ?> target) {
    SubscriptionContext<T> context = new SubscriptionContext<>(settings);
    Delivery<T> delivery = delivery(context, queue, target, null); // Reactive Streams 2.13.
    EngineSubscription subscription = new EngineSubscription(context, delivery);
    Engine<T> engine = new Engine<>(context, delivery, subscription);
    DemandSubscription handle =
        new DemandSubscription(target, delivery, context.deliveryHost(), subscription);
    introduce(context, () -> subscriber.onSubscribe(handle), target.reportsOwnFailure());
    engine.start();
  }

  /**
   * Subscribes a listener; a null queue delivers on the engine thread.
   *
   * @param isUnseen whether a failure was passed to a listener without a callback for it
   */
  public static <T> StreamSubscription listen(
      SubscriptionSettings<T> settings,
      @Nullable Queue queue,
      StreamListener<? super T> listener,
      Predicate<StreamException> isUnseen) {
    SubscriptionContext<T> context = new SubscriptionContext<>(settings);
    ListenerTarget<T> target =
        new ListenerTarget<>(listener, isUnseen, context.log()::failedUnseen);
    Delivery<T> delivery = delivery(context, queue, target, context.redelivery());
    EngineSubscription subscription = new EngineSubscription(context, delivery);
    Engine<T> engine = new Engine<>(context, delivery, subscription);
    introduce(context, () -> listener.onSubscribed(subscription), target.reportsOwnFailure());
    engine.start();
    return subscription;
  }

  /** Opens a reader that reads ahead within these bounds. */
  public static <T> EventReader<T> open(SubscriptionSettings<T> settings, Queue ahead) {
    SubscriptionContext<T> context = new SubscriptionContext<>(settings);
    ReaderDelivery<T> delivery =
        new ReaderDelivery<>(
            ahead.bounds(), context.time(), context.acknowledged(), context.deliveryHost());
    EngineSubscription subscription = new EngineSubscription(context, delivery);
    new Engine<>(context, delivery, subscription).startBesideCaller();
    return new BlockingReader<>(subscription, delivery, context.writer());
  }

  private static <T> Delivery<T> delivery(
      SubscriptionContext<T> context,
      @Nullable Queue queue,
      Target<T> target,
      @Nullable Redelivery redelivery) {
    return queue == null
        ? new DirectDelivery<>(target, context.acknowledged())
        : new QueuedDelivery<>(
            target,
            threads(context, queue),
            queue.bounds(),
            context.acknowledged(),
            redelivery,
            context.deliveryHost());
  }

  private static DeliveryThreads threads(SubscriptionContext<?> context, Queue queue) {
    Executor executor = queue.executor();
    Executor runtime = context.settings().services().engineThreads();
    return executor == null
        ? DeliveryThreads.ofRuntime(runtime, context.time())
        : DeliveryThreads.of(executor, Nanos.of(queue.executorLimit()), runtime, context.time());
  }

  /** Makes the consumer's first callback, before the engine starts. */
  private static void introduce(
      SubscriptionContext<?> context, Runnable callback, boolean isFailureReported) {
    context.status().thread(Thread.currentThread()); // So that awaitClosed() refuses in there.
    try {
      callback.run();
    } catch (Throwable thrown) {
      context.signals().fail(new CallbackException(thrown, isFailureReported));
    }
    context.status().thread(null);
  }
}
