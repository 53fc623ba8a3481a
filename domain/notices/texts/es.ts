/** The messages in Spanish. */
import type { Wording } from '../wording';

export const ES: Wording = {
  dates: 'es-ES',
  labels: { when: 'Cuándo', where: 'Dónde', device: 'Dispositivo', method: 'Método', affected: 'Afecta a' },
  unknownPlace: 'Lugar desconocido',
  unknownDevice: 'Dispositivo desconocido',
  browserOnSystem: '{browser} en {os}',
  methods: {
    totp: 'Aplicación de autenticación (códigos)',
    push: 'Aplicación de autenticación (notificaciones)',
    backupCode: 'Códigos de respaldo',
    passkey: 'Clave de acceso',
  },
  lanes: {
    trusted: 'Los inicios de sesión en dispositivos de confianza',
    untrusted: 'Los inicios de sesión en todos los demás dispositivos',
  },
  yourCode: 'Su código',
  footer:
    'Recibe este mensaje porque se trata de la seguridad de su cuenta. Nadie le pedirá nunca un código.',
  notices: {
    enrollment_code: {
      subject: 'Su código para configurar un segundo factor',
      what: 'Introduzca este código para configurar un segundo factor en su cuenta. Es válido durante {minutes} minutos.',
      advice: 'Si no ha intentado iniciar sesión, alguien conoce su contraseña: cámbiela.',
    },
    recovery_code: {
      subject: 'Su código para recuperar su cuenta',
      what: 'Introduzca este código para elegir una nueva contraseña. Es válido durante {minutes} minutos.',
      advice: 'Si no lo ha pedido, ignore este mensaje: sin el código no ocurre nada.',
    },
    account_recovered: {
      subject: 'Su cuenta fue recuperada',
      what: 'Su contraseña se cambió mediante la recuperación de cuenta y se cerraron todas sus sesiones.',
      advice:
        'Si no ha sido usted, avise de inmediato a su administrador y proteja su buzón de correo: el código se envió allí.',
    },
    password_changed: {
      subject: 'Su contraseña ha cambiado',
      what: 'Se cambió la contraseña de su cuenta y se cerraron todas las demás sesiones.',
      advice: 'Si no ha sido usted, avise de inmediato a su administrador.',
    },
    address_changed: {
      subject: 'La dirección de correo de su cuenta ha cambiado',
      what: 'Un administrador ha cambiado la dirección de correo de su cuenta. Este es el último mensaje a esta dirección.',
      advice: 'Si no lo ha pedido, avise de inmediato a su administrador.',
    },
    block_released: {
      subject: 'Se ha liberado un inicio de sesión bloqueado',
      what: 'Se había bloqueado un inicio de sesión en su cuenta. Un administrador lo ha liberado: durante un breve tiempo, en este dispositivo se pide un segundo factor en su lugar.',
      advice: 'Si no lo ha pedido, avise de inmediato a su administrador.',
    },
    new_device: {
      subject: 'Inicio de sesión en un dispositivo nuevo',
      what: 'Alguien ha iniciado sesión en su cuenta desde un dispositivo que no se había usado antes.',
      advice:
        'Si ha sido usted, no tiene que hacer nada. Si no, denuncie la sesión en su cuenta y cambie de inmediato su contraseña.',
    },
    factor_added: {
      subject: 'Se ha añadido un segundo factor',
      what: 'Se ha añadido a su cuenta una nueva forma de demostrar su identidad.',
      advice: 'Si no ha sido usted, avise de inmediato a su administrador.',
    },
    factor_removed: {
      subject: 'Se ha eliminado un segundo factor',
      what: 'Se ha eliminado de su cuenta una forma de demostrar su identidad.',
      advice: 'Si no ha sido usted, avise de inmediato a su administrador.',
    },
    factors_reset: {
      subject: 'Se han eliminado sus segundos factores',
      what: 'Un administrador ha eliminado todos los segundos factores de su cuenta y ha cerrado sus sesiones. Podrá configurarlos de nuevo en el próximo inicio de sesión.',
      advice: 'Si no lo ha pedido, hable con su administrador.',
    },
    authenticator_disabled: {
      subject: 'Su autenticador se ha desactivado',
      what: 'Se han introducido demasiados códigos incorrectos seguidos en su cuenta. Para protegerla, no se aceptan más códigos hasta que un administrador la desbloquee.',
      advice:
        'Si no los ha introducido usted, alguien conoce su contraseña: cámbiela y hable con su administrador.',
    },
    backup_codes_low: {
      subject: 'Le quedan pocos códigos de respaldo',
      what: 'Códigos de respaldo restantes: {left}. Cree otros nuevos en su cuenta antes de necesitarlos.',
      advice:
        'Si no ha usado un código de respaldo últimamente, cree otros nuevos ahora: así los antiguos dejan de valer.',
    },
    passkey_disabled: {
      subject: 'Una de sus claves de acceso se ha desactivado',
      what: 'Una clave de acceso de su cuenta se usó de un modo que indica que puede existir una copia. El inicio de sesión fue rechazado y esa clave ya no se acepta; sus otros métodos funcionan.',
      advice:
        'Elimine esta clave de su cuenta y añada una nueva. Si no era usted quien intentaba iniciar sesión, alguien conoce su contraseña y puede tener su clave de acceso: cambie la contraseña y avise a su administrador.',
    },
    push_reported: {
      subject: 'Ha denunciado un inicio de sesión',
      what: 'Una solicitud para aprobar un inicio de sesión se respondió con «no he sido yo». El inicio de sesión fue rechazado.',
      advice:
        'Quien lo intentó conoce su contraseña: cámbiela. Si no fue usted quien lo denunció, compruebe quién tiene acceso a su autenticador.',
    },
    push_switched_off: {
      subject: 'Ha rechazado inicios de sesión',
      what: 'Se rechazaron en su dispositivo solicitudes para aprobar un inicio de sesión. El inicio de sesión se terminó y las aprobaciones quedan desactivadas durante 15 minutos; sus otros métodos funcionan.',
      advice: 'Si no intentaba iniciar sesión, alguien conoce su contraseña: cámbiela.',
    },
    session_reported: {
      subject: 'Ha denunciado una sesión',
      what: 'Se denunció una sesión de su cuenta como ajena. Se ha cerrado, y su dispositivo ya no es de confianza.',
      advice:
        'Cambie su contraseña si aún no lo ha hecho. Si no fue usted quien la denunció, hágalo de inmediato.',
    },
  },
};
