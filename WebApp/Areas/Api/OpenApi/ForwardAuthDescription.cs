using Microsoft.OpenApi;
using WebApp.Areas.Api.Bearer;
using WebApp.Features.Tokens;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>Describes <c>GET /forward-auth</c>, which differs from other calls: it accepts a cookie, may redirect, and answers in headers.</summary>
internal static class ForwardAuthDescription
{
    private const string Text = """
        For a reverse proxy, which asks before every request of a site it protects. Takes the cookie of that site, or a Bearer token: an access
        token, or an API token with the scope `sites.access`. The address asked for is told in `X-Original-URL`, or in `X-Forwarded-Proto`, `-Host` and `-Uri`; where both
        are there and differ, the request is refused, unless `ForwardAuth:AddressFrom` says which to read.
        """;

    private static readonly (string Name, string Description)[] Query =
    [
        ("redirect", "With `1`, a browser that opens a page is sent to sign in instead of being refused."),
        ("role", "Lets in only users with this role; given several times, with one of these."),
        ("group", "Lets in only users in this group, by id; given several times, in one of these."),
    ];

    private static readonly (string Name, string Description)[] Told =
    [
        ("Remote-User", "The user's id."),
        ("Remote-Email", "The address, percent-encoded where it is not ASCII."),
        ("Remote-Name", "The name, percent-encoded where it is not ASCII."),
        ("Remote-Groups", "Roles and groups, parted by commas."),
    ];

    /// <summary>Adds the endpoint to the document.</summary>
    public static void DescribeForwardAuth(this IEndpointConventionBuilder endpoint) => endpoint
        .WithMetadata(new ApiTokenScopeAttribute(ApiScope.SitesAccess))
        .Describe(
            "ForwardAuth",
            "Whether a reverse proxy may let a request through, and for whom.",
            "Get",
            new AnswersAttribute(StatusCodes.Status200OK),
            new AnswersAttribute(StatusCodes.Status302Found),
            new RefusesAttribute(nameof(ApiErrors.MalformedRequest)));

    /// <summary>Completes the operation.</summary>
    public static void Complete(OpenApiOperation operation)
    {
        operation.Description = Text;
        operation.Parameters = [.. Query.Select(field => new OpenApiParameter
        {
            Name = field.Name,
            In = ParameterLocation.Query,
            Description = field.Description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        })];
        var let = (OpenApiResponse)operation.Responses!["200"];
        let.Description = "Let the request through, with these headers in place of the client's.";
        let.Headers = Told.ToDictionary(header => header.Name, header => (IOpenApiHeader)Header(header.Description));
        var away = (OpenApiResponse)operation.Responses["302"];
        away.Description = "Send the browser there to sign in, or to add the second factor that the installation wants.";
        away.Headers = new Dictionary<string, IOpenApiHeader> { ["Location"] = Header("The sign-in page, or that of second factors.") };
    }

    private static OpenApiHeader Header(string description) =>
        new OpenApiHeader { Description = description, Required = true, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}
