using System.Net;
using WebApp.Platform.Http;

namespace WebApp.Features.Audit.Search;

/// <summary>Reads a filter as it was typed or sent.</summary>
public static class EventFilterReading
{
    /// <summary>The filter, or what is wrong with it. Whose events they are is the caller's to find out.</summary>
    public static (EventFilter Filter, IReadOnlyList<FieldError> Errors) Read(string? kind, string? ip, string? from, string? until, string? outcome)
    {
        List<FieldError> errors = [];
        var filter = new EventFilter
        {
            Kind = Word(kind, SecurityEventKind.All, nameof(kind), "There is no such kind of event.", errors),
            Outcome = Word(outcome, [EventOutcome.Success, EventOutcome.Failure], nameof(outcome), "Say success or failure.", errors),
            Ip = Network(ip, errors),
            From = Time(from, nameof(from), errors),
            Until = Time(until, nameof(until), errors),
        };
        return (filter, errors);
    }

    private static string? Word(string? text, IEnumerable<string> words, string field, string message, List<FieldError> errors)
    {
        if (string.IsNullOrWhiteSpace(text) || words.Contains(text))
        {
            return string.IsNullOrWhiteSpace(text) ? null : text;
        }

        errors.Add(new(field, message));
        return null;
    }

    private static IPNetwork? Network(string? text, List<FieldError> errors)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (RequestRange.Network(text.Trim()) is { } network)
        {
            return network;
        }

        errors.Add(new("ip", "Write an address, or a network such as 203.0.113.0/24."));
        return null;
    }

    private static DateTimeOffset? Time(string? text, string field, List<FieldError> errors)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (RequestRange.Time(text) is { } time)
        {
            return time;
        }

        errors.Add(new(field, "Write a time such as 2026-11-21T14:30, in UTC."));
        return null;
    }
}
