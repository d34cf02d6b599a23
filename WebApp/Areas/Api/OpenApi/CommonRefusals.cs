using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using WebApp.Areas.Api.Bearer;
using WebApp.Features.SecondFactors;
using WebApp.Platform.Http.Limits;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>The errors of a call that follow from how it is guarded, limited and called, so that nobody writes them down twice.</summary>
internal static class CommonRefusals
{
    /// <summary>Whether it wants a Bearer token.</summary>
    public static bool IsGuarded(ApiDescription call) =>
        call.ActionDescriptor.EndpointMetadata.Any(about => about is IAuthorizeData or BearerAuthentication);

    /// <summary>Whether it reads a body.</summary>
    public static bool HasBody(ApiDescription call) =>
        call.ActionDescriptor.EndpointMetadata.Any(about => about is TokenFormAttribute) || call.ParameterDescriptions.Any(value => value.Source == BindingSource.Body);

    /// <summary>All of them.</summary>
    public static IEnumerable<ApiError> Of(ApiDescription call)
    {
        var metadata = call.ActionDescriptor.EndpointMetadata;
        ApiError[] guard = [ApiErrors.TokenMissing, ApiErrors.TokenMalformed, ApiErrors.TokenInvalid, ApiErrors.TokenRevoked, ApiErrors.TokenExpired, ApiErrors.Forbidden, ApiErrors.TooManyAttempts];
        ApiError[] body = [ApiErrors.MalformedRequest, ApiErrors.ValidationFailed, ApiErrors.PayloadTooLarge, ApiErrors.UnsupportedMediaType];
        return
        [
            .. IsGuarded(call) ? guard : [],
            .. IsGuarded(call) && !metadata.Any(about => about is AllowWithoutSecondFactorAttribute) ? [ApiErrors.MfaEnrolmentRequired] : NoErrors,
            .. metadata.Any(about => about is RecentAuthenticationRequiredAttribute) ? [ApiErrors.ReauthenticationRequired] : NoErrors,
            .. metadata.Any(about => about is LimitByIpAttribute) ? [ApiErrors.TooManyAttempts] : NoErrors,
            .. HasBody(call) ? body : [],
            .. call.ParameterDescriptions.Any(value => value.Source == BindingSource.Path) ? [ApiErrors.NotFound] : NoErrors,
            ApiErrors.ValidationFailed, ApiErrors.HttpsRequired, ApiErrors.Misdirected, ApiErrors.HeadersTooLarge, ApiErrors.InternalError, ApiErrors.Unavailable,
        ];
    }

    private static ApiError[] NoErrors => [];
}
