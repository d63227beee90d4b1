package dev.perennial.interop

import dev.perennial.Event
import dev.perennial.EventStream
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.SharedFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.flatMapMerge
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.shareIn
import kotlinx.coroutines.launch
import kotlinx.coroutines.reactive.asFlow

// region flow
/** Emits the data alone. `event.id()` would be a `String?`. */
fun data(ticks: EventStream<String>): Flow<String> = ticks.asFlow().map { it.data() }

// endregion

// region collect
/** Shows each event until the job is cancelled. */
fun CoroutineScope.show(ticks: EventStream<String>, line: (String) -> Unit): Job = launch {
  ticks.asFlow().collect { event -> line("${event.id() ?: "no id"}: ${event.data()}") }
}

// endregion

// region one
/** Reads an event only after the previous one was collected. */
fun oneByOne(ticks: EventStream<String>): Flow<Event<String>> =
  ticks.asFlow().buffer(Channel.RENDEZVOUS)

// endregion

// region shared
/** One connection for all collectors, from the first to start to the last to leave. */
fun shared(ticks: EventStream<String>, scope: CoroutineScope): SharedFlow<String> =
  ticks.asFlow().map { it.data() }.shareIn(scope, SharingStarted.WhileSubscribed())

// endregion

// region saved
/** Saves up to eight events at once; unsaved events are delivered again after a crash. */
@OptIn(ExperimentalCoroutinesApi::class)
suspend fun saveAll(ticks: EventStream<String>, save: suspend (String) -> Unit) {
  ticks
    .withManualAcknowledgement(64)
    .asFlow()
    .flatMapMerge(concurrency = 8) { event ->
      flow<Nothing> {
        save(event.data())
        event.acknowledge()
      }
    }
    .collect()
}
// endregion
