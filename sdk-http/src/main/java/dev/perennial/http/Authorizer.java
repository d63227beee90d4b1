package dev.perennial.http;

import dev.perennial.http.CredentialCache.Issued;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A caller's {@link Credentials} with what all streams of this object share.
 *
 * @param credentials what is asked
 * @param shared the same for the same object
 */
record Authorizer(Credentials credentials, CredentialCache shared) {

  /** Guards {@link #ALL}. */
  private static final ReentrantLock LOCK = new ReentrantLock();

  /** What is known of each object that still lives. */
  private static final Map<Key, CredentialCache> ALL = new HashMap<>();

  private static final ReferenceQueue<Credentials> GONE = new ReferenceQueue<>();

  static Authorizer of(Credentials credentials) {
    LOCK.lock();
    try {
      for (Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
        ALL.remove(gone);
      }
      Key key = new Key(credentials);
      CredentialCache shared = ALL.computeIfAbsent(key, absent -> new CredentialCache());
      return new Authorizer(credentials, shared);
    } finally {
      LOCK.unlock();
    }
  }

  /**
   * The current credential; waits for it while there is none.
   *
   * @throws dev.perennial.spi.TransportException when none could be had
   * @throws IOException when the attempt is called off
   */
  Issued get(OpeningAttempt opening) throws IOException {
    return shared.get(credentials, opening);
  }

  /** Returns whether the credential that the server has refused was the newest. */
  boolean refuse(Issued refused) {
    return shared.refuse(refused);
  }

  /** An object by its identity, which is not kept alive. */
  private static final class Key extends WeakReference<Credentials> {
    private final int hash;

    Key(Credentials credentials) {
      super(credentials, GONE);
      this.hash = System.identityHashCode(credentials);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // By identity, since a caller's equals may say anything.
    public boolean equals(@Nullable Object other) {
      if (this == other) {
        return true;
      }
      Credentials mine = get();
      return mine != null && other instanceof Key that && mine == that.get();
    }
  }
}
