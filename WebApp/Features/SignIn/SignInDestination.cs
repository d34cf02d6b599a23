using Microsoft.AspNetCore.WebUtilities;
using WebApp.Platform.Http;

namespace WebApp.Features.SignIn;

/// <summary>A kind of place that a user goes to after signing in: an application, or a protected site.</summary>
public interface ISignInDestination
{
    /// <summary>The name of the place that a return path leads to, for the login page; null if it is none of this kind.</summary>
    /// <param name="path">The part of the return path before the query.</param>
    /// <param name="query">The query.</param>
    /// <param name="cancel">Cancels.</param>
    ValueTask<string?> NameAsync(string path, IQueryCollection query, CancellationToken cancel);
}

/// <summary>Names the place that a user goes to after signing in, so that the login page says why it asks.</summary>
public sealed class SignInDestinations(IEnumerable<ISignInDestination> kinds)
{
    /// <summary>The name; null for a page of this site, or if the path is not valid.</summary>
    public async ValueTask<string?> NameAsync(string? returnPath, CancellationToken cancel)
    {
        if (ReturnPath.LocalOrNull(returnPath)?.Split('?', 2) is not [var path, var query])
        {
            return null;
        }

        var fields = new QueryCollection(QueryHelpers.ParseQuery(query));
        foreach (var kind in kinds)
        {
            if (await kind.NameAsync(path, fields, cancel) is { } name)
            {
                return name;
            }
        }

        return null;
    }
}
