namespace Sluice.Components.Receivers.ElasticsearchReceiver;

/// <summary>What a request asks for, in the order of the metric's labels.</summary>
internal enum ElasticsearchCall
{
    /// <summary>Documents to take.</summary>
    Bulk,

    /// <summary>One document to take.</summary>
    Document,

    /// <summary>What this is and how it is.</summary>
    Information,

    /// <summary>Templates, policies and the like.</summary>
    Setup,

    /// <summary>Anything else.</summary>
    Other,
}
