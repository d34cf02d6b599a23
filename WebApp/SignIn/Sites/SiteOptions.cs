namespace WebApp.SignIn.Sites;

/// <summary>The sites that let people in by asking <c>forward-auth</c>: section <c>ForwardAuth</c>.</summary>
public sealed class SiteOptions
{
    /// <summary>Their origins, such as <c>https://wiki.example.org</c>. Nobody is led back to any other after signing in.</summary>
    public IList<string> Sites { get; } = [];
}
