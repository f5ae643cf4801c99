using System.Collections;
using Google.Protobuf;
using Sluice.Telemetry.Otlp;
using Sluice.Testing.Otlp;

namespace Sluice.Telemetry.Tests.Editing;

/// <summary>A request as objects, edited the plain way: what a view of the same request must amount to.</summary>
internal sealed class PrivateCopy
{
    private readonly IMessage _request;
    private readonly List<IList> _owners = [];
    private bool _touched;

    public PrivateCopy(Signal signal, byte[] request)
    {
        _request = OtlpGenerator.Parse(signal, request);
        foreach (IMessage resource in Children(_request, OtlpContainer.RequestResources))
        {
            Resources.Add(resource);
            foreach (IMessage scope in Children(resource, OtlpContainer.Children))
            {
                Scopes.Add(scope);
                var records = Children(scope, OtlpContainer.Children);
                foreach (IMessage record in records)
                {
                    Records.Add(record);
                    _owners.Add(records);
                }
            }
        }
    }

    public List<IMessage> Resources { get; } = [];

    public List<IMessage> Scopes { get; } = [];

    public List<IMessage> Records { get; } = [];

    public static IList Children(IMessage message, int field) =>
        (IList)message.Descriptor.FindFieldByNumber(field).Accessor.GetValue(message);

    public void Remove(IReadOnlyList<bool> doomed)
    {
        for (var i = doomed.Count - 1; i >= 0; i--)
        {
            if (doomed[i])
            {
                _touched = true;
                _owners[i].RemoveAt(PositionOf(i));
                Records.RemoveAt(i);
                _owners.RemoveAt(i);
            }
        }
    }

    public void Replace(int index, IMessage record)
    {
        _touched = true;
        _owners[index][PositionOf(index)] = record;
        Records[index] = record;
    }

    /// <summary>Gives a container, held by reference, other own fields, and returns them as bytes.</summary>
    public byte[] ReplaceOwn(IMessage container, IMessage own, string schemaUrl)
    {
        _touched = true;
        container.Descriptor.FindFieldByNumber(OtlpContainer.Own).Accessor.SetValue(container, own);
        container.Descriptor.FindFieldByNumber(OtlpContainer.SchemaUrl).Accessor.SetValue(container, schemaUrl);
        var fields = container.Descriptor.Parser.ParseFrom(container.ToByteArray());
        Children(fields, OtlpContainer.Children).Clear();
        return fields.ToByteArray();
    }

    /// <summary>The request after the edits: containers without a record are gone, unless nothing was edited at all.</summary>
    public IMessage Result()
    {
        if (_touched)
        {
            foreach (var resource in Resources)
            {
                RemoveEmpty(Children(resource, OtlpContainer.Children));
            }

            RemoveEmpty(Children(_request, OtlpContainer.RequestResources));
        }

        return _request;
    }

    private static void RemoveEmpty(IList containers)
    {
        for (var i = containers.Count - 1; i >= 0; i--)
        {
            if (Children((IMessage)containers[i]!, OtlpContainer.Children).Count == 0)
            {
                containers.RemoveAt(i);
            }
        }
    }

    /// <summary>By reference: equal records are not the same one.</summary>
    private int PositionOf(int index)
    {
        for (var i = 0; ; i++)
        {
            if (ReferenceEquals(_owners[index][i], Records[index]))
            {
                return i;
            }
        }
    }
}
