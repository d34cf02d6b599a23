namespace WebApp.Areas.Api.Bearer;

/// <summary>Opens an endpoint to API tokens that have a scope. Without it an endpoint is for access tokens alone.</summary>
/// <param name="scope">One of <see cref="Features.Tokens.ApiScope"/>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ApiTokenScopeAttribute(string scope) : Attribute
{
    /// <summary>The scope.</summary>
    public string Scope => scope;
}
