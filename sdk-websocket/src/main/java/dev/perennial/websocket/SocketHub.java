package dev.perennial.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.perennial.Event;
import dev.perennial.EventStream;
import dev.perennial.StreamException;
import dev.perennial.StreamListener;
import dev.perennial.StreamState;
import dev.perennial.StreamSubscription;
import dev.perennial.spi.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The socket that the topics of a {@link SharedSocket} share: who needs it, whether it is open, and
 * who gets a message. Thread-safe.
 */
final class SocketHub {
  /*
   * Two kinds of subscription
   *
   * The socket is a subscription of its own, which reconnects by itself. It is there while any
   * subscription to a topic needs it (a holder): from its first attempt until it has ended or is
   * parked. When the last one leaves, the socket is closed.
   *
   * Each connection of a topic (a member) belongs to one connection of the socket, and ends with
   * it. The topic's own subscription then makes the next one, from its own position, which waits
   * until the socket is open again. So demand, cursors, gaps and overflow are those of any stream.
   *
   * When the socket itself ends, each holder meets that end once: through its member, or with its
   * next attempt. A subscription that begins later has another socket.
   *
   * The socket's messages are passed on by its own thread, which never waits for a member. The lock
   * is held for decisions only: members, functions of the application and the socket are called
   * without it.
   */

  /** How long another socket waits for the one before to end. */
  private static final Duration HANDOVER = Duration.ofSeconds(2);

  /** A message of the socket, and what it is about. */
  record Routed(@Nullable String topic, @Nullable String confirmed, Message message) {}

  /** The socket has ended. */
  record End(@Nullable StreamException failure) {}

  /** One connection of a topic. */
  interface Member {
    String topic();

    StreamSubscription subscription();

    /** A message of the topic came. */
    void received(Message message);

    /** The server has confirmed this many subscriptions to the topic on this connection. */
    void confirmed(int count);

    /** The connection of the socket was lost. */
    void lost();

    /** The socket has ended. */
    void ended(End end);
  }

  /**
   * What a member may do on the connection that it belongs to.
   *
   * @param out sends on that connection
   * @param number how many subscriptions to the topic there were on that connection, with this one
   */
  record Entry(WebSocketSender out, int number) {}

  /** The subscriptions to a topic on the open connection. The server confirms them in order. */
  private static final class Counts {
    int sent;
    int confirmed;
  }

  private final Function<Consumer<WebSocketSender>, EventStream<Routed>> sockets;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Who needs the socket, and how that ended for whom has not met it yet. */
  @GuardedBy("lock")
  private final Map<StreamSubscription, @Nullable End> holders = new IdentityHashMap<>();

  /** Null while there is no socket. */
  @GuardedBy("lock")
  private @Nullable Socket current;

  /** Null while the socket has no open connection. */
  @GuardedBy("lock")
  private @Nullable WebSocketSender out;

  @GuardedBy("lock")
  private final Map<String, List<Member>> members = new HashMap<>();

  /** The topics that were subscribed to on the open connection. */
  @GuardedBy("lock")
  private final Map<String, Counts> topics = new HashMap<>();

  /** The socket before, which may still be closing. */
  @GuardedBy("lock")
  private @Nullable StreamSubscription last;

  /**
   * A hub without a socket.
   *
   * @param sockets makes a socket, whose connections are passed on when they may be used to send
   */
  SocketHub(Function<Consumer<WebSocketSender>, EventStream<Routed>> sockets) {
    this.sockets = sockets;
  }

  // ---- Holders ----

  /** A subscription to a topic needs the socket. */
  void join(StreamSubscription holder) throws InterruptedException {
    Socket started = null;
    StreamSubscription before = null;
    lock.lock();
    try {
      boolean isNew = !holders.containsKey(holder);
      if (isNew) {
        holders.put(holder, null);
      }
      if (current == null && holders.get(holder) == null) {
        started = new Socket();
        current = started;
        before = last;
      }
    } finally {
      lock.unlock();
    }
    if (before != null) {
      awaitEnd(before);
    }
    if (started != null) {
      StreamSubscription unused = sockets.apply(started::opened).subscribe(started);
    }
  }

  private static void awaitEnd(StreamSubscription before) throws InterruptedException {
    try {
      boolean unused = before.awaitClosed(HANDOVER);
    } catch (StreamException e) {
      // Its holders have met that.
    }
  }

  /** A subscription to a topic needs no socket: it has ended, or is parked. */
  void leave(StreamSubscription holder) {
    StreamSubscription closing = null;
    lock.lock();
    try {
      holders.remove(holder);
      if (holders.isEmpty() && current != null) {
        closing = current.subscription;
        forgetSocket();
      }
    } finally {
      lock.unlock();
    }
    if (closing != null) {
      closing.close();
    }
  }

  @GuardedBy("lock")
  private void forgetSocket() {
    last = current == null ? null : current.subscription;
    current = null;
    forgetConnection();
  }

  @GuardedBy("lock")
  private void forgetConnection() {
    out = null;
    members.clear();
    topics.clear();
    changed.signalAll();
  }

  // ---- Members ----

  /**
   * Waits until the socket is open, and adds the member.
   *
   * @return null if it was closed, or the socket has ended, which it is told
   */
  @Nullable Entry enter(Member member, Timekeeper time, BooleanFlag isClosed)
      throws InterruptedException {
    End end;
    lock.lock();
    try {
      while (!isClosed.isSet() && out == null && holders.get(member.subscription()) == null) {
        time.await(changed, Long.MAX_VALUE);
      }
      if (isClosed.isSet()) {
        return null;
      }
      end = holders.get(member.subscription());
      WebSocketSender open = out;
      if (end == null && open != null) {
        members.computeIfAbsent(member.topic(), topic -> new ArrayList<>()).add(member);
        return new Entry(
            open, ++topics.computeIfAbsent(member.topic(), topic -> new Counts()).sent);
      }
    } finally {
      lock.unlock();
    }
    member.ended(Objects.requireNonNull(end));
    return null;
  }

  /** Whether something was set, by any thread. */
  interface BooleanFlag {
    boolean isSet();
  }

  /** Whoever waits in {@link #enter} looks again. */
  void lookAgain() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A member gives up waiting for the confirmation of its subscription: it was refused. */
  void notConfirmed(Member member) {
    lock.lock();
    try {
      Counts counts = topics.get(member.topic());
      List<Member> same = members.get(member.topic());
      if (counts != null && same != null && same.contains(member)) {
        counts.sent--;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Removes a member; returns whether it was the last one of its topic. */
  boolean exit(Member member) {
    lock.lock();
    try {
      List<Member> same = members.get(member.topic());
      if (same == null || !same.remove(member) || !same.isEmpty()) {
        return false;
      }
      members.remove(member.topic());
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** How long ago the last byte came; null while the socket is not open. */
  @Nullable Duration lastByteAge() {
    StreamSubscription socket;
    lock.lock();
    try {
      socket = current == null ? null : current.subscription;
    } finally {
      lock.unlock();
    }
    return socket == null ? null : socket.lastByteAge();
  }

  // ---- The socket ----

  /** Follows the socket, on the socket's thread. */
  private final class Socket implements StreamListener<Routed> {
    /** Null until subscribed; then used with the lock held. */
    private volatile @Nullable StreamSubscription subscription;

    @Override
    public void onSubscribed(StreamSubscription made) {
      boolean isNeeded;
      lock.lock();
      try {
        subscription = made;
        isNeeded = current == this;
      } finally {
        lock.unlock();
      }
      if (!isNeeded) {
        made.close();
      }
    }

    void opened(WebSocketSender connection) {
      lock.lock();
      try {
        if (current == this) {
          forgetConnection();
          out = connection;
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onEvent(Event<Routed> event) {
      Routed routed = event.data();
      String topic = routed.topic();
      String confirmed = routed.confirmed();
      if (confirmed != null) {
        int count = countConfirmation(confirmed);
        for (Member member : membersOf(confirmed)) {
          member.confirmed(count);
        }
      } else if (topic != null) {
        for (Member member : membersOf(topic)) {
          member.received(routed.message());
        }
      }
    }

    private int countConfirmation(String topic) {
      lock.lock();
      try {
        Counts counts = current == this ? topics.get(topic) : null;
        return counts == null ? 0 : ++counts.confirmed;
      } finally {
        lock.unlock();
      }
    }

    private List<Member> membersOf(String topic) {
      lock.lock();
      try {
        return current == this ? List.copyOf(members.getOrDefault(topic, List.of())) : List.of();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onState(StreamState state) {
      if (state instanceof StreamState.Open || state instanceof StreamState.Closed) {
        return;
      }
      List<Member> lost = new ArrayList<>();
      lock.lock();
      try {
        if (current == this) {
          members.values().forEach(lost::addAll);
          forgetConnection();
        }
      } finally {
        lock.unlock();
      }
      lost.forEach(Member::lost);
    }

    @Override
    public void onClosed(@Nullable StreamException failure) {
      End end = new End(failure);
      List<Member> ended = new ArrayList<>();
      lock.lock();
      try {
        if (current != this) {
          return;
        }
        members.values().forEach(ended::addAll);
        holders.replaceAll((holder, none) -> end);
        forgetSocket();
      } finally {
        lock.unlock();
      }
      ended.forEach(member -> member.ended(end));
    }
  }
}
