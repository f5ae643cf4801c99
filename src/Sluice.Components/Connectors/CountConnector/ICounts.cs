using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Stateful;

namespace Sluice.Components.Connectors.CountConnector;

/// <summary>Counts what is to be counted, and gives it out.</summary>
internal interface ICounts : IDisposable
{
    /// <summary>What was counted is as much as may be written at once.</summary>
    bool IsFull { get; }

    /// <summary>Takes up the state that was written last.</summary>
    void Restore(JournalTable state, int partSize);

    /// <summary>Begins with records.</summary>
    void Begin(in DeliverySegment records);

    /// <summary>Counts.</summary>
    /// <param name="definition">The index of the metric.</param>
    /// <param name="subject">A record that was begun with, or what is in it.</param>
    /// <param name="index">Of the record among them.</param>
    void Count(int definition, in CountSubject subject, int index);

    /// <summary>Writes the state, and gives out what is due.</summary>
    void Write(StatefulOutput output);
}
