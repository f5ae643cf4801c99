namespace Sluice.Telemetry.Editing;

/// <summary>Decides about one record. Must not edit the view it walks.</summary>
/// <param name="state">What the caller passed in, so that the delegate can be static.</param>
/// <param name="record">The record; valid during the call.</param>
public delegate bool RecordPredicate<in TState>(TState state, in RecordView record)
    where TState : allows ref struct;
