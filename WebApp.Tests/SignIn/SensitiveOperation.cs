namespace WebApp.Tests.SignIn;

/// <summary>Something that only a recently authenticated user may do.</summary>
/// <param name="Through">By which door.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path, below <c>/api/v1</c> for the API; ids may be of nothing.</param>
public sealed record SensitiveOperation(SensitiveOperation.Door Through, string Method, string Path)
{
    public enum Door
    {
        Page,
        Api,
    }

    /// <summary>Every one there is, the tests' own probes first. A new one gets its line here.</summary>
    public static IEnumerable<SensitiveOperation> All =>
    [
        new(Door.Page, "GET", "/probe"),
        new(Door.Page, "POST", "/probe"),
        new(Door.Api, "GET", "/probe"),
        new(Door.Api, "POST", "/probe"),
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Through} {Method} {Path}";
}
