namespace WebApp.Tests.Support;

/// <summary>One request of an <see cref="HttpFile"/>.</summary>
public sealed record HttpFileRequest(string Title, string? Name, string Line, (string Name, string Value)[] Headers, string Body, int Status)
{
    public HttpMethod Method => new(Line.Split(' ')[0]);

    public string Target => Line.Split(' ', 2)[1];

    /// <inheritdoc/>
    public override string ToString() => $"{Title}: {Line}";
}
